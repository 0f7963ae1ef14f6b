package io.holdpoint.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * The header lines of one request out of any bytes, {@code name:value} each, and what has to hold
 * for them: a claim that is well formed, or an {@link AuthException}; no acceptance but of the
 * signatures that were made.
 */
final class FuzzedHead {
  /** Of the worked examples, whose heads the search starts from. */
  private static final Set<String> MADE =
      Set.of(
          "r7MSS/ZH1riJxoP4gThahj8l2u8=",
          "edb463d600b9d4666187b0c511518094c21975a7ae1d4e133f965b0ae505464f");

  private FuzzedHead() {}

  static void check(byte[] head) {
    WireRequest request = request(head);
    try {
      SignatureClaim claim = SignatureClaim.read(request);
      checkForm(claim);
      assertThat(authorization(claim)).isEqualTo(sorted(request.value("authorization")));
      SignedRequests.verify(request);
      assertThat(MADE).contains(signature(claim));
    } catch (AuthException refused) {
      assertThat(refused.error()).isNotNull();
    }
  }

  static WireRequest request(byte[] head) {
    List<WireRequest.Header> headers = new ArrayList<>();
    for (String line : new String(head, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      String[] field = line.split(":", 2);
      headers.add(new WireRequest.Header(field[0], field.length == 2 ? field[1] : ""));
    }
    return WireRequest.of("POST", SignedRequests.INTERRUPT + SignedRequests.TOKEN).headers(headers);
  }

  private static void checkForm(SignatureClaim claim) {
    assertThat(claim.accessKeyId()).matches("[A-Za-z0-9._-]{1,128}");
    assertThat(claim.signature()).hasSize(claim.scheme().signatureBytes());
    assertThat(claim.signedHeaders()).isSorted().doesNotHaveDuplicates();
    assertThat(claim.requestDigest()).hasSize(SignatureClaim.DIGEST_BYTES);
    assertThat(claim.canonicalText()).startsWith("POST\n");
    String nonce = claim.nonce();
    assertThat(nonce == null || nonce.matches("[!-~]{1,128}")).isTrue();
  }

  /** What a client would have written; one claim has one such text. */
  private static String authorization(SignatureClaim claim) {
    return claim.scheme() == SignatureScheme.ROA_SHA1
        ? "acs " + claim.accessKeyId() + ":" + signature(claim)
        : "ACS3-HMAC-SHA256 Credential="
            + claim.accessKeyId()
            + ",Signature="
            + signature(claim)
            + ",SignedHeaders="
            + String.join(";", claim.signedHeaders());
  }

  private static String sorted(String authorization) {
    int space = authorization.indexOf(' ') + 1;
    List<String> fields = List.of(authorization.substring(space).split(","));
    return authorization.substring(0, space) + String.join(",", fields.stream().sorted().toList());
  }

  private static String signature(SignatureClaim claim) {
    return claim.scheme() == SignatureScheme.ROA_SHA1
        ? Base64.getEncoder().encodeToString(claim.signature())
        : Hashes.hex(claim.signature());
  }
}
