package io.holdpoint.store;

import java.security.SecureRandom;

/**
 * Makes ids and secrets of access keys, alike to look at to those that the SDKs' users know: {@code
 * HP} and 22 letters or digits (110 bits), and a secret of 32 letters and digits (190 bits).
 */
final class AccessKeyMint {
  private static final String ID_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final String SECRET_CHARACTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final int ID_LENGTH = 22;
  private static final int SECRET_LENGTH = 32;

  private final SecureRandom random = new SecureRandom();

  String id() {
    return "HP" + text(ID_CHARACTERS, ID_LENGTH);
  }

  String secret() {
    return text(SECRET_CHARACTERS, SECRET_LENGTH);
  }

  private String text(String characters, int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(characters.charAt(random.nextInt(characters.length())));
    }
    return text.toString();
  }
}
