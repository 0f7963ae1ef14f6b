package io.holdpoint.auth;

import static io.holdpoint.auth.SignedRequests.HOST;
import static io.holdpoint.auth.SignedRequests.INTERRUPT;
import static io.holdpoint.auth.SignedRequests.KEY_ID;
import static io.holdpoint.auth.SignedRequests.NOW;
import static io.holdpoint.auth.SignedRequests.TOKEN;
import static io.holdpoint.auth.SignedRequests.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestSignerTest {
  private static final WireRequest REQUEST =
      WireRequest.of("POST", INTERRUPT + TOKEN)
          .header("Accept", "application/json")
          .header("Host", HOST)
          .header("x-acs-action", "InterruptLogstashTask")
          .header("x-acs-version", "2017-06-13");

  @Test
  void makesTheWorkedExamples() {
    assertThat(signer(SignatureScheme.ROA_SHA1).sign(REQUEST))
        .containsEntry("Date", "Thu, 01 Jan 2026 00:00:00 GMT")
        .containsEntry("Authorization", "acs testid:r7MSS/ZH1riJxoP4gThahj8l2u8=");
    assertThat(signer(SignatureScheme.ACS3_HMAC_SHA256).sign(REQUEST).get("Authorization"))
        .endsWith("Signature=edb463d600b9d4666187b0c511518094c21975a7ae1d4e133f965b0ae505464f");
  }

  @ParameterizedTest
  @EnumSource(SignatureScheme.class)
  void whatItSignsVerifies(SignatureScheme scheme) throws AuthException {
    for (WireRequest request :
        List.of(
            REQUEST,
            WireRequest.of("GET", "/"),
            WireRequest.of("PUT", "/x/%E4%B8%AD*~?b=&a&c=%20%2B")
                .header("Content-Type", "application/json")
                .body("{\"nodeAmount\":3}"))) {
      SignedRequests.verify(signed(request, scheme));
    }
  }

  @ParameterizedTest
  @EnumSource(SignatureScheme.class)
  void aBodyIsAlwaysSigned(SignatureScheme scheme) {
    WireRequest signed = signed(REQUEST.body("{}"), scheme);

    assertThatThrownBy(() -> SignedRequests.verify(signed.body("[]")))
        .isInstanceOf(AuthException.class);
  }

  @Test
  void acs3SignsTheServicesOwnHeaders() {
    WireRequest signed =
        signed(
            REQUEST.header("x-holdpoint-interrupt-mode", "now"), SignatureScheme.ACS3_HMAC_SHA256);

    assertThatThrownBy(
            () -> SignedRequests.verify(signed.replace("x-holdpoint-interrupt-mode", "finish")))
        .isInstanceOf(AuthException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x-acs-signature-nonce", "AUTHORIZATION", "Date", "x-acs-date"})
  void aHeaderThatItWouldAddIsRefused(String name) {
    SignatureScheme scheme =
        name.equals("x-acs-date") ? SignatureScheme.ACS3_HMAC_SHA256 : SignatureScheme.ROA_SHA1;

    assertThatThrownBy(() -> signer(scheme).sign(REQUEST.header(name, "1")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void roaDoesNotSignWhatItsVerifierRefuses() throws AuthException {
    WireRequest request = WireRequest.of("GET", "/x?description=a%26b");

    assertThatThrownBy(() -> signer(SignatureScheme.ROA_SHA1).sign(request))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ACS3");
    SignedRequests.verify(signed(request, SignatureScheme.ACS3_HMAC_SHA256));
  }

  @Test
  void aKeyThatIsNoneIsRefused() {
    assertThatThrownBy(
            () ->
                new RequestSigner(
                    SignatureScheme.ROA_SHA1, "a:b", secret(), InstantSource.fixed(NOW), () -> "n"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                new RequestSigner(
                    SignatureScheme.ROA_SHA1,
                    KEY_ID,
                    new byte[0],
                    InstantSource.fixed(NOW),
                    () -> "n"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theSecretIsNotShown() {
    assertThat(signer(SignatureScheme.ROA_SHA1)).hasToString("RequestSigner[ROA_SHA1 testid]");
  }

  private static RequestSigner signer(SignatureScheme scheme) {
    return new RequestSigner(
        scheme, KEY_ID, secret(), InstantSource.fixed(NOW), () -> "nonce-0001");
  }

  private static WireRequest signed(WireRequest request, SignatureScheme scheme) {
    WireRequest signed = request;
    for (Map.Entry<String, String> header : signer(scheme).sign(request).entrySet()) {
      signed = signed.header(header.getKey(), header.getValue());
    }
    return signed;
  }
}
