package io.holdpoint.auth;

import org.jspecify.annotations.Nullable;

/**
 * The ways to sign that the API's clients use: SDKs older than August 2025 the first, newer ones
 * the second.
 */
public enum SignatureScheme {
  /** {@code Authorization: acs <key id>:<Base64>}; Alibaba's SDKs call it V2 or ROA. */
  ROA_SHA1("acs", "HMAC-SHA1", 20),

  /** {@code Authorization: ACS3-HMAC-SHA256 Credential=…,SignedHeaders=…,Signature=<hex>}; V3. */
  ACS3_HMAC_SHA256("ACS3-HMAC-SHA256", "ACS3-HMAC-SHA256", 32);

  private final String prefix;
  private final String method;
  private final int signatureBytes;

  SignatureScheme(String prefix, String method, int signatureBytes) {
    this.prefix = prefix;
    this.method = method;
    this.signatureBytes = signatureBytes;
  }

  /** The first word of the {@code Authorization} header. */
  String prefix() {
    return prefix;
  }

  /** What {@code x-acs-signature-method} says, where it is sent. */
  String method() {
    return method;
  }

  int signatureBytes() {
    return signatureBytes;
  }

  /** The scheme of that first word; null for what this service does not know. */
  static @Nullable SignatureScheme of(String prefix) {
    if (prefix.equals(ACS3_HMAC_SHA256.prefix)) {
      return ACS3_HMAC_SHA256;
    }
    return prefix.equals(ROA_SHA1.prefix) ? ROA_SHA1 : null;
  }
}
