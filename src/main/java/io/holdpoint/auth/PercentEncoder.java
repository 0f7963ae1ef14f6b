package io.holdpoint.auth;

import java.nio.charset.StandardCharsets;

/** RFC 3986's percent-encoding of all but letters, digits and {@code - . _ ~}, as ACS3 signs it. */
public final class PercentEncoder {
  private static final String HEX_DIGITS = "0123456789ABCDEF";

  private PercentEncoder() {}

  public static String encode(String text) {
    StringBuilder encoded = new StringBuilder(text.length() + 16);
    append(encoded, text);
    return encoded.toString();
  }

  static void append(StringBuilder to, String text) {
    int plain = 0;
    while (plain < text.length() && isUnreserved(text.charAt(plain))) {
      plain++;
    }
    if (plain == text.length()) {
      to.append(text);
      return;
    }
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (isUnreserved((char) (b & 0xFF))) {
        to.append((char) b);
      } else {
        to.append('%').append(HEX_DIGITS.charAt(b >> 4 & 0xF)).append(HEX_DIGITS.charAt(b & 0xF));
      }
    }
  }

  private static boolean isUnreserved(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }
}
