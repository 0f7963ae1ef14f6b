package io.holdpoint.auth;

import org.jspecify.annotations.Nullable;

/**
 * The spellings of a path that clients sign besides the one they send: some encode, or have it done
 * by their HTTP library, after signing. Each names the same segments as the path sent, and no two
 * different paths share one.
 */
final class SignedPath {
  private SignedPath() {}

  /**
   * The segments as they mean; null when that is the path as sent, or when a segment holds a
   * character that would let it stand for other segments or a query.
   */
  static @Nullable String decoded(SignedRequest request) {
    StringBuilder path = new StringBuilder(request.rawPath().length());
    for (String segment : request.segments()) {
      for (int i = 0; i < segment.length(); i++) {
        char c = segment.charAt(i);
        if (c == '%' || c == '?' || c == '/' || c < ' ' || c == 0x7F) {
          return null;
        }
      }
      path.append('/').append(segment);
    }
    return unlessSent(request, path);
  }

  /** Each segment encoded anew; null when that is the path as sent. */
  static @Nullable String encoded(SignedRequest request) {
    StringBuilder path = new StringBuilder(2 * request.rawPath().length());
    for (String segment : request.segments()) {
      PercentEncoder.append(path.append('/'), segment);
    }
    return unlessSent(request, path);
  }

  private static @Nullable String unlessSent(SignedRequest request, StringBuilder path) {
    boolean sent = path.isEmpty() || request.rawPath().contentEquals(path);
    return sent ? null : path.toString();
  }
}
