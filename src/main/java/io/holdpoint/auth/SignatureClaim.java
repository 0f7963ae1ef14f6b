package io.holdpoint.auth;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one request says about who signed it, when and how, well formed but not yet verified. It
 * stays with its request, so that no claim can be checked against another one.
 */
public final class SignatureClaim {
  /** The bytes of {@link #requestDigest}. */
  public static final int DIGEST_BYTES = 16;

  /** SDKs send up to 64 characters. */
  public static final int LONGEST_NONCE = 128;

  private static final String ROA_SIGNATURE_VERSION = "1.0";

  private final SignedRequest request;
  private final HeaderFields fields;
  private final AuthorizationHeader authorization;
  private final Instant time;
  private final @Nullable String nonce;

  private SignatureClaim(
      SignedRequest request,
      HeaderFields fields,
      AuthorizationHeader authorization,
      Instant time,
      @Nullable String nonce) {
    this.request = request;
    this.fields = fields;
    this.authorization = authorization;
    this.time = time;
    this.nonce = nonce;
  }

  /**
   * Reads the claim; the body is not looked at.
   *
   * @throws AuthException with the errors of {@link AuthError} that come before {@code
   *     KEY_NOT_FOUND}
   */
  public static SignatureClaim read(SignedRequest request) throws AuthException {
    HeaderFields fields = HeaderFields.of(request);
    String text = fields.valueOrEmpty("authorization");
    if (text.isEmpty()) {
      throw new AuthException(AuthError.MISSING_ACCESS_KEY_ID);
    }
    AuthorizationHeader authorization = AuthorizationHeader.parse(text);
    boolean roa = authorization.scheme() == SignatureScheme.ROA_SHA1;
    if (!roa) {
      demandEveryAcsHeader(fields, authorization.signedHeaders());
    }
    demandMethod(fields, authorization.scheme());
    if (!fields.valueOrEmpty("x-acs-security-token").isEmpty()) {
      throw new AuthException(AuthError.SECURITY_TOKEN_MISMATCH);
    }
    String time = fields.valueOrEmpty(roa ? "date" : "x-acs-date");
    if (time.isEmpty()) {
      throw new AuthException(AuthError.MISSING_TIMESTAMP);
    }
    return new SignatureClaim(
        request,
        fields,
        authorization,
        roa ? SignatureTime.httpDate(time) : SignatureTime.isoTime(time),
        nonce(fields.valueOrEmpty("x-acs-signature-nonce")));
  }

  /**
   * No SDK leaves a header that begins with {@code x-acs-} unsigned, so one that is can only have
   * been added on the way. {@code host} and {@code content-type} stay free: two SDKs do not sign
   * {@code host}.
   */
  private static void demandEveryAcsHeader(HeaderFields fields, List<String> signedHeaders)
      throws AuthException {
    if (!fields.areSignedBy(signedHeaders) || fields.value("x-acs-content-sha256") == null) {
      throw new AuthException(AuthError.INCOMPLETE_SIGNATURE);
    }
  }

  /** The scheme is known by the first word of Authorization; nothing may say otherwise. */
  private static void demandMethod(HeaderFields fields, SignatureScheme scheme)
      throws AuthException {
    String method = fields.value("x-acs-signature-method");
    String version = fields.value("x-acs-signature-version");
    boolean contradicts =
        (method != null && !method.equals(scheme.method()))
            || (version != null
                && scheme == SignatureScheme.ROA_SHA1
                && !version.equals(ROA_SIGNATURE_VERSION))
            || !fields.valueOrEmpty("x-acs-signature-type").isEmpty();
    if (contradicts) {
      throw new AuthException(AuthError.INVALID_SIGNATURE_METHOD);
    }
  }

  private static @Nullable String nonce(String text) throws AuthException {
    boolean valid = text.length() <= LONGEST_NONCE;
    for (int i = 0; valid && i < text.length(); i++) {
      valid = text.charAt(i) > ' ' && text.charAt(i) < 0x7F;
    }
    if (!valid) {
      throw new AuthException(AuthError.INVALID_NONCE);
    }
    return text.isEmpty() ? null : text;
  }

  public SignatureScheme scheme() {
    return authorization.scheme();
  }

  /** Letters, digits and {@code . _ -}, 1 to 128. */
  public String accessKeyId() {
    return authorization.keyId();
  }

  public Instant time() {
    return time;
  }

  /** Visible ASCII, at most {@link #LONGEST_NONCE} characters; null when none was sent. */
  public @Nullable String nonce() {
    return nonce;
  }

  /**
   * What tells this signed request from every other one, and a copy of it from an altered one: the
   * first 16 bytes of SHA-256 over scheme, key id and signature. Means something only once the
   * claim is verified. It covers what the signature covers: under ROA-SHA1 not the body unless
   * {@code Content-MD5} was sent, and under either no header outside the signed ones.
   */
  public byte[] requestDigest() {
    String signer = scheme().prefix() + ' ' + accessKeyId() + '\n';
    return Hashes.requestDigest(signer.getBytes(StandardCharsets.US_ASCII), signature());
  }

  /**
   * The text that was to be signed, as the server makes it: the string to sign of ROA-SHA1, the
   * canonical request of ACS3. For the debug switch only, because it repeats the request.
   */
  public String canonicalText() {
    return scheme() == SignatureScheme.ROA_SHA1
        ? RoaSha1Text.of(request, fields).asSent()
        : Acs3Text.of(request, fields, signedHeaders()).asSent();
  }

  SignedRequest request() {
    return request;
  }

  HeaderFields fields() {
    return fields;
  }

  List<String> signedHeaders() {
    return authorization.signedHeaders();
  }

  byte[] signature() {
    return authorization.signature();
  }

  /** The scheme and the key id, never the signature or the nonce. */
  @Override
  public String toString() {
    return "SignatureClaim[" + authorization + "]";
  }
}
