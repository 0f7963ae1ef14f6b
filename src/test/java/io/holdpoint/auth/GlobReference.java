package io.holdpoint.auth;

/** What a pattern means, written down as slowly and plainly as possible. */
final class GlobReference {
  private GlobReference() {}

  static boolean matches(String pattern, String text) {
    boolean[][] fits = new boolean[pattern.length() + 1][text.length() + 1];
    for (int p = pattern.length(); p >= 0; p--) {
      for (int t = text.length(); t >= 0; t--) {
        fits[p][t] = fits(pattern, text, p, t, fits);
      }
    }
    return fits[0][0];
  }

  /** Whether the rest of the pattern fits the rest of the text, given the shorter rests. */
  private static boolean fits(String pattern, String text, int p, int t, boolean[][] fits) {
    if (p == pattern.length()) {
      return t == text.length();
    }
    boolean more = t < text.length();
    return switch (pattern.charAt(p)) {
      case '*' -> fits[p + 1][t] || more && fits[p][t + 1];
      case '?' -> more && fits[p + 1][t + 1];
      default -> more && pattern.charAt(p) == text.charAt(t) && fits[p + 1][t + 1];
    };
  }
}
