package io.holdpoint.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The hashes of both schemes. Each thread keeps its own {@link Mac} and digest: looking them up
 * costs as much as using them, and they cannot be shared. A Mac holds what it made of the last
 * secret until it is given the next.
 */
final class Hashes {
  /** The SHA-256 of no bytes, in hex. */
  static final String EMPTY_SHA256 =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  /** The MD5 of no bytes, in Base64. */
  static final String EMPTY_MD5 = "1B2M2Y8AsgTpgAmY7PhCfg==";

  private static final String ACS3_FIRST_LINE = "ACS3-HMAC-SHA256\n";
  private static final byte[] HEX_DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private static final ThreadLocal<Mac> HMAC_SHA1 = ThreadLocal.withInitial(() -> mac("HmacSHA1"));
  private static final ThreadLocal<Mac> HMAC_SHA256 =
      ThreadLocal.withInitial(() -> mac("HmacSHA256"));
  private static final ThreadLocal<MessageDigest> SHA256 =
      ThreadLocal.withInitial(() -> digest("SHA-256"));

  private Hashes() {}

  /** ROA-SHA1's signature of a string to sign. */
  static byte[] roaSignature(byte[] secret, String stringToSign) {
    return hmac(HMAC_SHA1.get(), "HmacSHA1", secret, bytes(stringToSign));
  }

  /** ACS3's signature of a canonical request. */
  static byte[] acs3Signature(byte[] secret, String canonicalRequest) {
    String hash = hex(SHA256.get().digest(bytes(canonicalRequest)));
    return hmac(HMAC_SHA256.get(), "HmacSHA256", secret, bytes(ACS3_FIRST_LINE + hash));
  }

  static String sha256Hex(byte[] body) {
    return body.length == 0 ? EMPTY_SHA256 : hex(SHA256.get().digest(body));
  }

  static String md5Base64(byte[] body) {
    return body.length == 0
        ? EMPTY_MD5
        : Base64.getEncoder().encodeToString(digest("MD5").digest(body));
  }

  static byte[] requestDigest(byte[] signer, byte[] signature) {
    MessageDigest digest = SHA256.get();
    digest.update(signer);
    return Arrays.copyOf(digest.digest(signature), SignatureClaim.DIGEST_BYTES);
  }

  static String hex(byte[] bytes) {
    byte[] text = new byte[2 * bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      text[2 * i] = HEX_DIGITS[bytes[i] >> 4 & 0xF];
      text[2 * i + 1] = HEX_DIGITS[bytes[i] & 0xF];
    }
    return new String(text, StandardCharsets.US_ASCII);
  }

  private static byte[] hmac(Mac mac, String algorithm, byte[] secret, byte[] text) {
    try {
      mac.init(new SecretKeySpec(secret, algorithm));
      return mac.doFinal(text);
    } catch (InvalidKeyException impossible) {
      throw new IllegalStateException("every key fits an HMAC", impossible);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Mac mac(String algorithm) {
    try {
      return Mac.getInstance(algorithm);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has " + algorithm, impossible);
    }
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has " + algorithm, impossible);
    }
  }
}
