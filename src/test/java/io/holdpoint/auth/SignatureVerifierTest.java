package io.holdpoint.auth;

import static io.holdpoint.auth.SignedRequests.INTERRUPT;
import static io.holdpoint.auth.SignedRequests.KEY_ID;
import static io.holdpoint.auth.SignedRequests.NOW;
import static io.holdpoint.auth.SignedRequests.SECRET;
import static io.holdpoint.auth.SignedRequests.TOKEN;
import static io.holdpoint.auth.SignedRequests.WINDOW;
import static io.holdpoint.auth.SignedRequests.interrupt;
import static io.holdpoint.auth.SignedRequests.signedInterrupt;
import static io.holdpoint.auth.SignedRequests.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureVerifierTest {
  private static final String JSON = "{\"batchCount\":20.0}";

  @ParameterizedTest
  @EnumSource(ReferenceClient.class)
  void takesEveryClientsInterrupt(ReferenceClient client) throws AuthException {
    verify(signedInterrupt(client));
  }

  @ParameterizedTest
  @EnumSource(ReferenceClient.class)
  void refusesAnotherSecretWithoutTheRequestsText(ReferenceClient client) {
    WireRequest request = client.sign(interrupt(client, INTERRUPT), KEY_ID, "other");

    AuthException refusal = refusal(request, NOW);

    assertThat(refusal.error()).isEqualTo(AuthError.SIGNATURE_DOES_NOT_MATCH);
    assertThat(refusal).hasMessage("SignatureDoesNotMatch").hasNoCause();
    assertThat(refusal.getStackTrace()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = ReferenceClient.class,
      names = {"JAVA_ROA", "TEA_ACS3"})
  void theWindowIsFifteenMinutesEitherWayToTheNanosecond(ReferenceClient client)
      throws AuthException {
    WireRequest request = signedInterrupt(client);

    verify(request, NOW.plus(WINDOW));
    verify(request, NOW.minus(WINDOW));
    for (Instant outside :
        new Instant[] {NOW.plus(WINDOW).plusNanos(1), NOW.minus(WINDOW).minusNanos(1)}) {
      assertThat(refusal(request, outside).error()).isEqualTo(AuthError.TIMESTAMP_EXPIRED);
    }
  }

  @Test
  void anExpiredRequestIsRefusedBeforeItsSignatureIsLookedAt() {
    WireRequest request =
        ReferenceClient.TEA_ACS3.sign(
            interrupt(ReferenceClient.TEA_ACS3, INTERRUPT), KEY_ID, "other");

    assertThat(refusal(request, NOW.plus(Duration.ofDays(1))).error())
        .isEqualTo(AuthError.TIMESTAMP_EXPIRED);
  }

  @ParameterizedTest
  @CsvSource({
    "JAVA_ROA, clientToken",
    "JAVA_ROA, clientToken=",
    "NODE_ROA, clientToken",
    "NODE_ROA, clientToken=",
    "JAVA_ROA, clientToken&force=&size",
    "NODE_ROA, clientToken&force=&size",
    "TEA_ACS3, clientToken",
    "TEA_ACS3, clientToken=",
    "TEA_ACS3, clientToken&force=&size",
  })
  void anEmptyValueIsSignedEitherWay(ReferenceClient client, String query) throws AuthException {
    verify(client.sign(interrupt(client, INTERRUPT + "?" + query), KEY_ID, SECRET));
  }

  @Test
  void emptyValuesMayBeSignedAsTheyWereSent() throws AuthException {
    WireRequest request = SignedRequests.roa("POST", "/x?b=&a");
    String text =
        "POST\napplication/json\n\n\nThu, 01 Jan 2026 00:00:00 GMT\n"
            + "x-acs-action:InterruptLogstashTask\nx-acs-signature-method:HMAC-SHA1\n"
            + "x-acs-signature-nonce:nonce-0001\nx-acs-signature-version:1.0\n"
            + "x-acs-version:2017-06-13\n/x?a&b=";

    verify(
        request.header("Authorization", "acs testid:" + ReferenceClient.signature(SECRET, text)));
  }

  @ParameterizedTest
  @CsvSource({
    "JAVA_ROA, a=%7E, a=~",
    "JAVA_ROA, a=+, a=%20",
    "JAVA_ROA, a=*, a=%2A",
    "JAVA_ROA, b=1&a=2, a=2&b=1",
    "JAVA_ROA, a=, a",
    "NODE_ROA, a=, a",
    "TEA_ACS3, a=%7E, a=~",
    "TEA_ACS3, a=+, a=%20",
    "TEA_ACS3, a=*, a=%2a",
    "TEA_ACS3, b=1&a=2, a=2&b=1",
    "TEA_ACS3, a=, a",
    "TEA_ACS3, %61=1, a=1",
  })
  void whatMeansTheSameVerifiesAlike(ReferenceClient client, String signed, String sent)
      throws AuthException {
    WireRequest request = client.sign(interrupt(client, "/x?" + signed), KEY_ID, SECRET);

    verify(request.target("/x?" + sent));
  }

  @ParameterizedTest
  @CsvSource({
    "JAVA_ROA, /x/a%20b%2A",
    "JAVA_ROA, /x/a%2520b",
    "JAVA_ROA, /x/a%3Fb",
    "NODE_ROA, /x/a+*",
    "CORE_ROA, /x/%E4%B8%AD",
    "CORE_ROA, /x/a%27b",
    "TEA_ACS3, /x/a%20b%2A",
    "CORE_ACS3, /x/a+****",
    "NODE_ACS3, /x/a%20%2A***",
    "NODE_ACS3_DECODED_PATH, /x/a%27b",
  })
  void aPathIsSignedAsSentAsEncodedOrAsMeant(ReferenceClient client, String path)
      throws AuthException {
    verify(client.sign(interrupt(client, path + TOKEN), KEY_ID, SECRET));
  }

  /** Each pair has one text under a reading that signs decoded text without care. */
  @ParameterizedTest
  @CsvSource({
    "JAVA_ROA, /x?a=1&b=2, /x?a=1%26b%3D2",
    "JAVA_ROA, /x?a=1&b, /x?a=1%26b",
    "JAVA_ROA, /x?a=1%3D2, /x?a%3D1=2",
    "JAVA_ROA, /x?a=1, /x%3Fa=1",
    "NODE_ROA, /x?a&b, /x?a%26b",
    "CORE_ROA, /x/a%20b, /x/a%2520b",
    "JAVA_ROA, /x/a%20b, /x/a%2520b",
    "TEA_ACS3, /x/a%20b, /x/a%2520b",
    "TEA_ACS3, /x?a=1&b=2, /x?a=1%26b%3D2",
    "TEA_ACS3, /x?a=1&b=2, /x?a%3D1%26b=2",
    "TEA_ACS3, /x?a=+, /x?a=%2B",
    "TEA_ACS3, /x/%2B, /x/%20",
    "TEA_ACS3, /x?clientToken=A, /x?clientToken=a",
  })
  void whatMeansSomethingElseIsRefused(ReferenceClient client, String signed, String sent) {
    WireRequest request = client.sign(interrupt(client, signed), KEY_ID, SECRET);

    assertThatCode(() -> verify(request)).doesNotThrowAnyException();
    assertThat(refusal(request.target(sent), NOW).error())
        .isEqualTo(AuthError.SIGNATURE_DOES_NOT_MATCH);
  }

  @Test
  void roaRefusesAnAmpersandInAValueEvenFromItsSigner() {
    WireRequest request =
        ReferenceClient.JAVA_ROA.sign(
            SignedRequests.roa("GET", "/x?description=a%26b"), KEY_ID, SECRET);

    assertThat(refusal(request, NOW).error()).isEqualTo(AuthError.SIGNATURE_DOES_NOT_MATCH);
  }

  @Test
  void aBodyThatIsNotTheHashedOneIsRefused() {
    WireRequest honest =
        ReferenceClient.TEA_ACS3.sign(SignedRequests.acs3("POST", "/x", JSON), KEY_ID, SECRET);
    WireRequest hashOfNothing =
        ReferenceClient.CORE_ACS3.sign(
            SignedRequests.acs3("POST", "/x", "").body(JSON), KEY_ID, SECRET);

    assertThatCode(() -> verify(honest)).doesNotThrowAnyException();
    for (WireRequest request : new WireRequest[] {honest.body(""), hashOfNothing}) {
      assertThat(refusal(request, NOW).error()).isEqualTo(AuthError.CONTENT_SHA256_NOT_MATCHED);
    }
  }

  @Test
  void roaChecksAHashThatIsThere() throws AuthException {
    WireRequest request =
        SignedRequests.roa("POST", "/x")
            .body(JSON)
            .header("x-acs-content-sha256", ReferenceClient.sha256(json()));
    WireRequest signed = ReferenceClient.JAVA_ROA.sign(request, KEY_ID, SECRET);

    verify(signed);
    assertThat(refusal(signed.body("{}"), NOW).error())
        .isEqualTo(AuthError.CONTENT_SHA256_NOT_MATCHED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"JAVA_ROA", "TEA_ACS3"})
  void aContentMd5ThatIsThereIsChecked(ReferenceClient client) throws AuthException {
    WireRequest request =
        client.isRoa()
            ? SignedRequests.roa("POST", "/x").body(JSON)
            : SignedRequests.acs3("POST", "/x", JSON);

    verify(client.sign(request.header("Content-MD5", ReferenceClient.md5(json())), KEY_ID, SECRET));
    WireRequest other =
        client.sign(request.header("Content-MD5", Hashes.EMPTY_MD5), KEY_ID, SECRET);
    assertThat(refusal(other, NOW).error()).isEqualTo(AuthError.CONTENT_MD5_NOT_MATCHED);
  }

  @Test
  void theMd5OfNoBodyIsTaken() throws AuthException {
    verify(
        ReferenceClient.CORE_ROA.sign(
            SignedRequests.roa("POST", INTERRUPT)
                .header("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==")
                .header("Content-Type", "application/x-www-form-urlencoded"),
            KEY_ID,
            SECRET));
  }

  /** The scheme's own hole, shown so that nobody trusts in more. */
  @Test
  void roaWithoutAContentMd5DoesNotSignTheBody() throws AuthException {
    WireRequest request = SignedRequests.roa("POST", "/x").body(JSON);

    verify(ReferenceClient.JAVA_ROA.sign(request, KEY_ID, SECRET).body("{}"));
  }

  @Test
  void theWrongSignatureIsSaidBeforeTheWrongBody() {
    WireRequest request =
        ReferenceClient.TEA_ACS3.sign(SignedRequests.acs3("POST", "/x", JSON), KEY_ID, "other");

    assertThat(refusal(request.body(""), NOW).error())
        .isEqualTo(AuthError.SIGNATURE_DOES_NOT_MATCH);
  }

  @Test
  void theSecretIsNotKept() throws AuthException {
    byte[] secret = SignedRequests.secret();
    SignatureClaim claim = SignatureClaim.read(signedInterrupt(ReferenceClient.TEA_ACS3));
    SignatureVerifier verifier = new SignatureVerifier(InstantSource.fixed(NOW), WINDOW);

    verifier.verify(claim, secret);
    secret[0]++;

    assertThat(
            catchThrowableOfType(AuthException.class, () -> verifier.verify(claim, secret)).error())
        .isEqualTo(AuthError.SIGNATURE_DOES_NOT_MATCH);
  }

  private static byte[] json() {
    return JSON.getBytes(StandardCharsets.UTF_8);
  }

  private static AuthException refusal(WireRequest request, Instant now) {
    AuthException refusal = catchThrowableOfType(AuthException.class, () -> verify(request, now));
    assertThat(refusal).as(request.toString()).isNotNull();
    return refusal;
  }
}
