package io.holdpoint.auth;

import io.holdpoint.auth.RoaSha1Text.EmptyValues;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a request was signed with a secret. It accepts what the real SDKs sign and no
 * more: besides the text as sent, the other spellings of the path ({@link SignedPath}) and, under
 * ROA-SHA1, of empty query values ({@link EmptyValues}). Nonces are not its business.
 *
 * <p>What verifies alike means the same, and is all of this: headers in another order or case, the
 * fields of ACS3's {@code Authorization} in another order, an empty {@code Accept} or {@code
 * Content-Type} for an absent one (ROA-SHA1), query pairs in another order, {@code a} for {@code
 * a=}, and other escapes for the same text of the query or of a path segment ({@code %7E} for
 * {@code ~}, {@code +} for {@code %20} in the query). Headers that a scheme does not sign may
 * differ, and under ROA-SHA1 without {@code Content-MD5} so may the body. Everything else is
 * refused, and so is what ROA-SHA1 cannot sign in one meaning only ({@link
 * RoaSha1Text#isUnambiguous}).
 *
 * <p>Signatures are compared in constant time. How many texts are tried depends on the request and
 * on which of them was signed, never on the secret. Safe for use by many threads; meant for an
 * event loop.
 */
public final class SignatureVerifier {
  private static final EmptyValues[] EMPTY_VALUES = EmptyValues.values();

  private final InstantSource clock;
  private final Duration window;

  /**
   * @param window how far the time stamp of a request may be from the clock, either way
   */
  public SignatureVerifier(InstantSource clock, Duration window) {
    this.clock = clock;
    this.window = window;
  }

  /**
   * Returns when {@code secret} signed the claim's request.
   *
   * <p>The digests of the body come after the signature, so that nobody without a secret can make
   * the service hash a long body.
   *
   * @param secret the UTF-8 bytes of the secret of {@link SignatureClaim#accessKeyId}, not empty;
   *     the array is not kept
   * @throws AuthException {@code TIMESTAMP_EXPIRED}, {@code SIGNATURE_DOES_NOT_MATCH}, {@code
   *     CONTENT_SHA256_NOT_MATCHED} or {@code CONTENT_MD5_NOT_MATCHED}
   */
  public void verify(SignatureClaim claim, byte[] secret) throws AuthException {
    if (Duration.between(claim.time(), clock.instant()).abs().compareTo(window) > 0) {
      throw new AuthException(AuthError.TIMESTAMP_EXPIRED);
    }
    boolean matches =
        claim.scheme() == SignatureScheme.ROA_SHA1
            ? roaMatches(claim, secret)
            : acs3Matches(claim, secret);
    if (!matches) {
      throw new AuthException(AuthError.SIGNATURE_DOES_NOT_MATCH);
    }
    demandDigests(claim);
  }

  private static boolean roaMatches(SignatureClaim claim, byte[] secret) {
    RoaSha1Text text = RoaSha1Text.of(claim.request(), claim.fields());
    return text.isUnambiguous()
        && (roaMatches(claim, secret, text, claim.request().rawPath())
            || roaMatches(claim, secret, text, SignedPath.decoded(claim.request())));
  }

  private static boolean roaMatches(
      SignatureClaim claim, byte[] secret, RoaSha1Text text, @Nullable String path) {
    if (path == null) {
      return false;
    }
    for (EmptyValues form : EMPTY_VALUES) {
      if (text.differsIn(form)
          && MessageDigest.isEqual(
              claim.signature(), Hashes.roaSignature(secret, text.with(path, form)))) {
        return true;
      }
    }
    return false;
  }

  private static boolean acs3Matches(SignatureClaim claim, byte[] secret) {
    SignedRequest request = claim.request();
    Acs3Text text = Acs3Text.of(request, claim.fields(), claim.signedHeaders());
    return acs3Matches(claim, secret, text, request.rawPath())
        || acs3Matches(claim, secret, text, SignedPath.encoded(request))
        || acs3Matches(claim, secret, text, SignedPath.decoded(request));
  }

  private static boolean acs3Matches(
      SignatureClaim claim, byte[] secret, Acs3Text text, @Nullable String path) {
    return path != null
        && MessageDigest.isEqual(claim.signature(), Hashes.acs3Signature(secret, text.with(path)));
  }

  private static void demandDigests(SignatureClaim claim) throws AuthException {
    byte[] body = claim.request().body();
    String sha256 = claim.fields().value("x-acs-content-sha256");
    if (sha256 != null && !sha256.equals(Hashes.sha256Hex(body))) {
      throw new AuthException(AuthError.CONTENT_SHA256_NOT_MATCHED);
    }
    String md5 = claim.fields().value("content-md5");
    if (md5 != null && !md5.equals(Hashes.md5Base64(body))) {
      throw new AuthException(AuthError.CONTENT_MD5_NOT_MATCHED);
    }
  }
}
