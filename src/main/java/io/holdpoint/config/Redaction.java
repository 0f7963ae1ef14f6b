package io.holdpoint.config;

import java.util.regex.Pattern;

/** Hides passwords of connection URIs; what it is unsure of, it hides as well. */
final class Redaction {

  private static final Pattern USER_INFO = Pattern.compile("(://[^:/?#@\\s]*:).*@");
  private static final Pattern PARAMETER =
      Pattern.compile("([?&;](?:ssl)?pass(?:word)?=)[^&;\\s]*", Pattern.CASE_INSENSITIVE);

  private Redaction() {}

  static String apply(String text) {
    String withoutUserInfo = USER_INFO.matcher(text).replaceAll("$1***@");
    return PARAMETER.matcher(withoutUserInfo).replaceAll("$1***");
  }
}
