package io.holdpoint.auth;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/** What becomes of a request at a service where every key id has a secret. */
final class RequestOutcomes {
  private static final SignatureVerifier VERIFIER =
      new SignatureVerifier(InstantSource.fixed(SignedRequests.NOW), SignedRequests.WINDOW);

  private RequestOutcomes() {}

  enum Outcome {
    REFUSED,
    ACCEPTED
  }

  static String secretOf(String keyId) {
    return "secret of " + keyId;
  }

  /** The target has a single reading, or no signature would be looked at. */
  static Outcome of(WireRequest request) {
    try {
      SignatureClaim claim = SignatureClaim.read(request);
      VERIFIER.verify(claim, secretOf(claim.accessKeyId()).getBytes(StandardCharsets.UTF_8));
      return Outcome.ACCEPTED;
    } catch (AuthException refused) {
      return Outcome.REFUSED;
    }
  }
}
