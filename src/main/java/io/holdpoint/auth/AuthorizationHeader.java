package io.holdpoint.auth;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands in an {@code Authorization} header. Read strictly: each signature has exactly one
 * spelling, the one that the SDKs write, so that no copy of a request can look like another one.
 * The fields of ACS3 come in any order (the old core swaps two).
 *
 * @param signedHeaders names in the order given; none for ROA-SHA1, where the scheme says which
 * @param signature as long as the scheme's are
 */
record AuthorizationHeader(
    SignatureScheme scheme, String keyId, List<String> signedHeaders, byte[] signature) {
  static final int LONGEST_KEY_ID = 128;

  private static final int BASE64_CHARACTERS = 28;
  private static final String CREDENTIAL = "Credential=";
  private static final String SIGNED_HEADERS = "SignedHeaders=";
  private static final String SIGNATURE = "Signature=";

  /**
   * @throws AuthException {@code INVALID_SIGNATURE_METHOD} for a scheme that is not known here,
   *     {@code INCOMPLETE_SIGNATURE} for all else that cannot be read
   */
  static AuthorizationHeader parse(String text) throws AuthException {
    int space = text.indexOf(' ');
    if (space < 0) {
      throw incomplete();
    }
    SignatureScheme scheme = SignatureScheme.of(text.substring(0, space));
    if (scheme == null) {
      throw new AuthException(AuthError.INVALID_SIGNATURE_METHOD);
    }
    return scheme == SignatureScheme.ROA_SHA1 ? roa(text, space + 1) : acs3(text, space + 1);
  }

  private static AuthorizationHeader roa(String text, int from) throws AuthException {
    int colon = text.indexOf(':', from);
    if (colon < 0) {
      throw incomplete();
    }
    return new AuthorizationHeader(
        SignatureScheme.ROA_SHA1,
        keyId(text.substring(from, colon)),
        List.of(),
        base64(text.substring(colon + 1)));
  }

  private static AuthorizationHeader acs3(String text, int start) throws AuthException {
    String credential = null;
    String signedHeaders = null;
    String signature = null;
    for (int from = start; from <= text.length(); ) {
      int comma = text.indexOf(',', from);
      int to = comma < 0 ? text.length() : comma;
      if (text.startsWith(CREDENTIAL, from)) {
        credential = once(credential, text.substring(from + CREDENTIAL.length(), to));
      } else if (text.startsWith(SIGNED_HEADERS, from)) {
        signedHeaders = once(signedHeaders, text.substring(from + SIGNED_HEADERS.length(), to));
      } else if (text.startsWith(SIGNATURE, from)) {
        signature = once(signature, text.substring(from + SIGNATURE.length(), to));
      } else {
        throw incomplete();
      }
      from = to + 1;
    }
    if (credential == null || signedHeaders == null || signature == null) {
      throw incomplete();
    }
    return new AuthorizationHeader(
        SignatureScheme.ACS3_HMAC_SHA256, keyId(credential), names(signedHeaders), hex(signature));
  }

  private static String once(@Nullable String earlier, String value) throws AuthException {
    if (earlier != null) {
      throw incomplete();
    }
    return value;
  }

  static boolean isKeyId(String text) {
    if (text.isEmpty() || text.length() > LONGEST_KEY_ID) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letterOrDigit =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letterOrDigit && c != '.' && c != '_' && c != '-') {
        return false;
      }
    }
    return true;
  }

  private static String keyId(String text) throws AuthException {
    if (!isKeyId(text)) {
      throw incomplete();
    }
    return text;
  }

  private static List<String> names(String text) {
    List<String> names = new ArrayList<>(12);
    for (int from = 0; from <= text.length(); ) {
      int semicolon = text.indexOf(';', from);
      int to = semicolon < 0 ? text.length() : semicolon;
      names.add(text.substring(from, to));
      from = to + 1;
    }
    return names;
  }

  private static byte[] base64(String text) throws AuthException {
    if (text.length() != BASE64_CHARACTERS) {
      throw incomplete();
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      // The decoder reads four spellings of the last byte; one of them is the encoder's.
      if (bytes.length == SignatureScheme.ROA_SHA1.signatureBytes()
          && Base64.getEncoder().encodeToString(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException notBase64) {
      // Answered below: the decoder's own words quote the text.
    }
    throw incomplete();
  }

  private static byte[] hex(String text) throws AuthException {
    byte[] bytes = new byte[SignatureScheme.ACS3_HMAC_SHA256.signatureBytes()];
    if (text.length() != 2 * bytes.length) {
      throw incomplete();
    }
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (digit(text.charAt(2 * i)) << 4 | digit(text.charAt(2 * i + 1)));
    }
    return bytes;
  }

  private static int digit(char c) throws AuthException {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    if (c < 'a' || c > 'f') {
      throw incomplete();
    }
    return c - 'a' + 10;
  }

  private static AuthException incomplete() {
    return new AuthException(AuthError.INCOMPLETE_SIGNATURE);
  }

  /** The scheme and the key id, never the signature. */
  @Override
  public String toString() {
    return scheme + " " + keyId;
  }
}
