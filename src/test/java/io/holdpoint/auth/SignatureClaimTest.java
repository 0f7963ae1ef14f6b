package io.holdpoint.auth;

import static io.holdpoint.auth.SignedRequests.INTERRUPT;
import static io.holdpoint.auth.SignedRequests.TOKEN;
import static io.holdpoint.auth.SignedRequests.signedInterrupt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureClaimTest {
  private static final WireRequest ROA = signedInterrupt(ReferenceClient.JAVA_ROA);
  private static final WireRequest ACS3 = signedInterrupt(ReferenceClient.TEA_ACS3);
  private static final String SIGNATURE = "r7MSS/ZH1riJxoP4gThahj8l2u8=";

  @ParameterizedTest
  @EnumSource(ReferenceClient.class)
  void readsWhatEveryClientClaims(ReferenceClient client) throws AuthException {
    SignatureClaim claim = SignatureClaim.read(signedInterrupt(client));

    assertThat(claim.scheme())
        .isEqualTo(client.isRoa() ? SignatureScheme.ROA_SHA1 : SignatureScheme.ACS3_HMAC_SHA256);
    assertThat(claim.accessKeyId()).isEqualTo("testid");
    assertThat(claim.nonce()).isEqualTo("nonce-0001");
    assertThat(claim.time()).isEqualTo(SignedRequests.NOW);
  }

  @Test
  void theFieldsOfAcs3ComeInAnyOrder() throws AuthException {
    List<String> fields = List.of(fields(ACS3));
    for (int[] order :
        new int[][] {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}) {
      SignedRequests.verify(
          acs3(fields.get(order[0]) + "," + fields.get(order[1]) + "," + fields.get(order[2])));
    }
  }

  @Test
  void headersComeInAnyOrderAndCase() throws AuthException {
    for (WireRequest request : List.of(ROA, ACS3)) {
      List<WireRequest.Header> turned =
          new ArrayList<>(
              request.headers().stream()
                  .map(h -> new WireRequest.Header(h.name().toUpperCase(), h.value()))
                  .toList());
      Collections.reverse(turned);
      SignedRequests.verify(request.headers(turned));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "acs",
        "acs ",
        "acs testid",
        "acs testid:",
        "acs :" + SIGNATURE,
        "acs  testid:" + SIGNATURE,
        "acs testid :" + SIGNATURE,
        "acs testid: " + SIGNATURE,
        "acs testid:" + SIGNATURE + " ",
        "acs test/id:" + SIGNATURE,
        "acs t\u00e9stid:" + SIGNATURE,
        "acs testid:" + SIGNATURE + "=",
        "acs testid:r7MSS/ZH1riJxoP4gThahj8l2u8",
        "acs testid:r7MSS/ZH1riJxoP4gThahj8l2u9=",
        "acs testid:r7MSS_ZH1riJxoP4gThahj8l2u8=",
        "acs testid:r7MSS/ZH1riJxoP4gThahj8l2u====",
        "acs testid:r7MSS/ZH1riJxoP4gThahj8l2\u00e98=",
        "acs:testid:" + SIGNATURE,
      })
  void anRoaHeaderThatNoClientWritesIsIncomplete(String authorization) {
    assertThat(refusal(ROA.replace("Authorization", authorization)))
        .isEqualTo(AuthError.INCOMPLETE_SIGNATURE);
  }

  @Test
  void aKeyIdHasABound() throws AuthException {
    String longest = "k".repeat(AuthorizationHeader.LONGEST_KEY_ID);

    assertThat(
            SignatureClaim.read(ROA.replace("Authorization", "acs " + longest + ":" + SIGNATURE))
                .accessKeyId())
        .isEqualTo(longest);
    assertThat(refusal(ROA.replace("Authorization", "acs k" + longest + ":" + SIGNATURE)))
        .isEqualTo(AuthError.INCOMPLETE_SIGNATURE);
  }

  private static Stream<String> brokenAcs3() {
    String credential = fields(ACS3)[0];
    String names = fields(ACS3)[1];
    String signature = fields(ACS3)[2];
    return Stream.of(
        "",
        credential,
        credential + "," + names,
        credential + "," + signature,
        names + "," + signature,
        credential + "," + names + "," + signature + ",",
        "," + credential + "," + names + "," + signature,
        credential + ", " + names + ", " + signature,
        credential + ";" + names + ";" + signature,
        credential + "," + credential + "," + names + "," + signature,
        credential + "," + names + "," + names + "," + signature,
        credential + "," + names + "," + signature + "," + signature,
        credential + "," + names + "," + signature + ",Extra=1",
        "Credential=," + names + "," + signature,
        credential.toLowerCase() + "," + names + "," + signature,
        credential + "," + names + "," + signature.substring(0, signature.length() - 1),
        credential + "," + names + "," + signature + "0",
        credential + "," + names + "," + signature.toUpperCase().replace("SIGNATURE", "Signature"),
        credential + "," + names + "," + signature.substring(0, signature.length() - 1) + "g",
        credential + "," + names + ";host," + signature,
        credential + "," + names + ";," + signature,
        credential + "," + names.replace("host;", "host;host;") + "," + signature,
        credential + "," + names.replace("host;", "") + ";host," + signature,
        credential + "," + names.replace("host", "Host") + "," + signature,
        credential + "," + names.replace("host", "date;host") + "," + signature,
        credential + "," + names.replace("x-acs-action;", "") + "," + signature,
        credential + "," + names.replace(";x-acs-signature-nonce", "") + "," + signature,
        credential + ",SignedHeaders=," + signature);
  }

  @ParameterizedTest
  @MethodSource("brokenAcs3")
  void anAcs3HeaderThatNoClientWritesIsIncomplete(String fields) {
    assertThat(refusal(acs3(fields))).isEqualTo(AuthError.INCOMPLETE_SIGNATURE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ACS3-HMAC-SM3 Credential=testid,SignedHeaders=host,Signature=00",
        "ACS3-RSA-SHA256 Credential=testid,SignedHeaders=host,Signature=00",
        "ACS4-HMAC-SHA256 Credential=testid/20260101/cn-hangzhou/elasticsearch/aliyun_v4_request",
        "acs3-hmac-sha256 Credential=testid",
        "ACS testid:" + SIGNATURE,
        "Bearer token",
        "Basic dGVzdGlkOnRlc3RTZWNyZXQ=",
      })
  void anotherSchemeIsRefusedByItsName(String authorization) {
    assertThat(refusal(ACS3.replace("Authorization", authorization)))
        .isEqualTo(AuthError.INVALID_SIGNATURE_METHOD);
  }

  @ParameterizedTest
  @CsvSource({
    "x-acs-signature-method, HMAC-SHA256",
    "x-acs-signature-method, ''",
    "x-acs-signature-version, 2.0",
    "x-acs-signature-type, BEARERTOKEN",
  })
  void aHeaderThatContradictsTheSchemeIsRefused(String name, String value) {
    assertThat(refusal(ROA.replace(name, value))).isEqualTo(AuthError.INVALID_SIGNATURE_METHOD);
  }

  @Test
  void acs3RefusesTheMethodOfTheOtherScheme() {
    WireRequest request =
        ReferenceClient.TEA_ACS3.sign(
            SignedRequests.acs3("POST", INTERRUPT, "")
                .header("x-acs-signature-method", "HMAC-SHA1"),
            SignedRequests.KEY_ID,
            SignedRequests.SECRET);

    assertThat(refusal(request)).isEqualTo(AuthError.INVALID_SIGNATURE_METHOD);
  }

  @Test
  void theHeadersThatOnlyNameTheSchemeMayBeLeftOut() throws AuthException {
    WireRequest request =
        SignedRequests.roa("POST", INTERRUPT)
            .without("x-acs-signature-method")
            .without("x-acs-signature-version")
            .without("x-acs-signature-nonce")
            .without("accept");
    WireRequest signed =
        ReferenceClient.JAVA_ROA.sign(request, SignedRequests.KEY_ID, SignedRequests.SECRET);

    SignedRequests.verify(signed);
    assertThat(SignatureClaim.read(signed).nonce()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Authorization", "Date", "Accept", "X-Acs-Action", "x-acs-new"})
  void aHeaderThatHasToBeOneIsRefusedTwice(String name) {
    WireRequest request = ROA.header("x-acs-new", "1");

    assertThat(refusal(request.header(name, request.value(name))))
        .isEqualTo(AuthError.INCOMPLETE_SIGNATURE);
  }

  @Test
  void anyOtherHeaderMayRepeatUnlessItIsSigned() throws AuthException {
    WireRequest repeated =
        SignedRequests.acs3("POST", INTERRUPT, "").header("via", "1").header("via", "2");
    WireRequest plain =
        ReferenceClient.TEA_ACS3.sign(repeated, SignedRequests.KEY_ID, SignedRequests.SECRET);

    SignedRequests.verify(plain);
    String named = plain.value("Authorization").replace("=host;", "=host;via;");
    assertThat(refusal(plain.replace("Authorization", named)))
        .isEqualTo(AuthError.INCOMPLETE_SIGNATURE);
  }

  @Test
  void anAcsHeaderThatAcs3DoesNotSignIsRefused() {
    assertThat(refusal(ACS3.header("x-acs-added", "1"))).isEqualTo(AuthError.INCOMPLETE_SIGNATURE);
  }

  @Test
  void acs3DemandsTheHashOfTheBody() {
    WireRequest request =
        SignedRequests.acs3("POST", INTERRUPT, "").without("x-acs-content-sha256");

    assertThat(
            refusal(
                ReferenceClient.TEA_ACS3.sign(
                    request, SignedRequests.KEY_ID, SignedRequests.SECRET)))
        .isEqualTo(AuthError.INCOMPLETE_SIGNATURE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\rb"})
  void aHeaderOfTwoLinesIsRefused(String value) {
    assertThat(refusal(ROA.replace("accept", value))).isEqualTo(AuthError.INCOMPLETE_SIGNATURE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x-acs-a:b", "x-acs-a\nb", ""})
  void aHeaderNameThatIsNoneIsRefused(String name) {
    assertThat(refusal(ROA.header(name, "1"))).isEqualTo(AuthError.INCOMPLETE_SIGNATURE);
  }

  @Test
  void aNonceIsOpaqueVisibleAndBounded() throws AuthException {
    String longest = "!~".repeat(SignatureClaim.LONGEST_NONCE / 2);

    assertThat(SignatureClaim.read(nonce(longest)).nonce()).isEqualTo(longest);
    assertThat(SignatureClaim.read(nonce("")).nonce()).isNull();
    for (String wrong : List.of(longest + "1", "a b", "a\tb", "\u00e9", "\u007f")) {
      assertThat(refusal(nonce(wrong))).isEqualTo(AuthError.INVALID_NONCE);
    }
  }

  static Stream<Arguments> faultsInTheOrderOfPrecedence() {
    return Stream.of(
        Arguments.of(AuthError.INCOMPLETE_SIGNATURE, "accept", "a\nb"),
        Arguments.of(AuthError.MISSING_ACCESS_KEY_ID, "Authorization", ""),
        Arguments.of(AuthError.INVALID_SIGNATURE_METHOD, "x-acs-signature-method", "none"),
        Arguments.of(AuthError.SECURITY_TOKEN_MISMATCH, "x-acs-security-token", "token"),
        Arguments.of(AuthError.MISSING_TIMESTAMP, "Date", ""),
        Arguments.of(AuthError.INVALID_TIMESTAMP, "Date", "now"),
        Arguments.of(AuthError.INVALID_NONCE, "x-acs-signature-nonce", "a b"));
  }

  @Test
  void ofTwoFaultsTheEarlierIsAnswered() {
    List<Arguments> faults = faultsInTheOrderOfPrecedence().toList();
    for (int i = 0; i < faults.size(); i++) {
      Object[] first = faults.get(i).get();
      for (int j = i; j < faults.size(); j++) {
        Object[] second = faults.get(j).get();
        WireRequest request =
            ROA.replace((String) second[1], (String) second[2])
                .replace((String) first[1], (String) first[2]);

        assertThat(refusal(request)).as(first[1] + " and " + second[1]).isEqualTo(first[0]);
      }
      assertThat(((AuthError) first[0]).compareTo(AuthError.KEY_NOT_FOUND)).isNegative();
    }
  }

  @Test
  void theDigestTellsSchemeKeyAndSignatureApart() throws AuthException {
    byte[] digest = SignatureClaim.read(ROA).requestDigest();

    assertThat(digest).hasSize(SignatureClaim.DIGEST_BYTES);
    assertThat(SignatureClaim.read(ROA.header("via", "1")).requestDigest()).isEqualTo(digest);
    assertThat(SignatureClaim.read(ACS3).requestDigest()).isNotEqualTo(digest);
    for (String other :
        List.of("acs testid2:" + SIGNATURE, "acs testid:s7MSS/ZH1riJxoP4gThahj8l2u8=")) {
      assertThat(SignatureClaim.read(ROA.replace("Authorization", other)).requestDigest())
          .isNotEqualTo(digest);
    }
  }

  @Test
  void theCanonicalTextIsForTheDebugSwitch() throws AuthException {
    assertThat(SignatureClaim.read(ROA).canonicalText())
        .startsWith("POST\napplication/json\n\n\nThu, 01 Jan 2026 00:00:00 GMT\nx-acs-action:")
        .endsWith(INTERRUPT + TOKEN);
  }

  @Test
  void nothingSecretIsShown() throws AuthException {
    assertThat(SignatureClaim.read(ROA)).hasToString("SignatureClaim[ROA_SHA1 testid]");
  }

  private static WireRequest nonce(String nonce) {
    return ROA.replace("x-acs-signature-nonce", nonce);
  }

  private static WireRequest acs3(String fields) {
    return ACS3.replace("Authorization", "ACS3-HMAC-SHA256 " + fields);
  }

  private static String[] fields(WireRequest request) {
    return request.value("Authorization").split(" ", 2)[1].split(",");
  }

  private static AuthError refusal(WireRequest request) {
    AuthException refusal =
        catchThrowableOfType(AuthException.class, () -> SignatureClaim.read(request));
    assertThat(refusal).as(request.toString()).isNotNull();
    return refusal.error();
  }
}
