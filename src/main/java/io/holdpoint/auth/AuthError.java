package io.holdpoint.auth;

/**
 * Why a request is not taken for its signer's. Codes and messages are word for word those of
 * Alibaba Cloud's gateway where its tables name one (the missing and the malformed nonce and the
 * text about security tokens are in its manner), and hold nothing of the request.
 *
 * <p>The order is the order of precedence: of several faults the first one here is answered. What
 * the headers say comes first, then the key, the time, the signature with the body's digests, and
 * the nonce last, because only a verified request may use one up.
 */
public enum AuthError {
  /** Something of a signature is there, but not one that a client of either scheme writes. */
  INCOMPLETE_SIGNATURE(
      400, "IncompleteSignature", "The request signature does not conform to Aliyun standards."),
  /** There is no {@code Authorization} header. */
  MISSING_ACCESS_KEY_ID(400, "MissingAccessKeyId", "AccessKeyId is mandatory for this action."),
  INVALID_SIGNATURE_METHOD(
      400, "InvalidSignatureMethod", "Specified signature method is not valid."),
  /** This service hands out no temporary keys, so no token can belong to a key. */
  SECURITY_TOKEN_MISMATCH(
      400,
      "InvalidSecurityToken.MismatchWithAccessKey",
      "Specified SecurityToken mismatch with the AccessKey."),
  MISSING_TIMESTAMP(
      400,
      "IllegalTimestamp",
      "The input parameter \"Timestamp\" that is mandatory for processing this request is not"
          + " supplied."),
  INVALID_TIMESTAMP(
      400, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted."),
  INVALID_NONCE(400, "InvalidSignatureNonce", "Specified parameter SignatureNonce is not valid."),
  KEY_NOT_FOUND(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found."),
  KEY_DISABLED(400, "InvalidAccessKeyId.Inactive", "Specified access key is disabled."),
  TIMESTAMP_EXPIRED(
      400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired."),
  SIGNATURE_DOES_NOT_MATCH(
      400, "SignatureDoesNotMatch", "Specified signature is not matched with our calculation."),
  /**
   * The signature fits its own {@code x-acs-content-sha256}, but the body does not. The V3 mode of
   * {@code aliyun-java-sdk-core} ends here when it sends JSON: it signs the hash of an empty body.
   */
  CONTENT_SHA256_NOT_MATCHED(
      400,
      "SignatureDoesNotMatch",
      "Specified signature is not matched with our calculation. x-acs-content-sha256 is not the"
          + " SHA-256 of the request body."),
  CONTENT_MD5_NOT_MATCHED(
      400, "ContentMD5NotMatched", "Specified content md5 is not matched with your request body."),
  /** For the caller to give: every SDK sends a nonce, so a changing call may demand one. */
  MISSING_NONCE(400, "MissingSignatureNonce", "SignatureNonce is mandatory for this action."),
  /** For the caller to give: the nonce came before with another request. */
  NONCE_USED(400, "SignatureNonceUsed", "Specified signature nonce was used already.");

  private final int status;
  private final String code;
  private final String message;

  AuthError(int status, String code, String message) {
    this.status = status;
    this.code = code;
    this.message = message;
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  public String message() {
    return message;
  }
}
