package io.holdpoint.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** The vectors that Alibaba Cloud's documents and SDK tests publish, and the worked examples. */
class PublishedVectorTest {
  private static final String GO_HEADERS =
      "x-acs-credentials-provider:static_ak\nx-acs-signature-method:HMAC-SHA1\n"
          + "x-acs-signature-version:1.0\nx-acs-version:\n/users/:user";

  static final List<Arguments> ROA_SIGNATURES =
      List.of(
          Arguments.of("secret", "stringtosign", "OmuTAr79tpI6CRoAdmzKRq5lHs0="),
          Arguments.of("sk", "GET\n\n\n\n\nnull", "gyDNeagg5mpqgcAIZEfocyrreho="),
          Arguments.of(
              "access_key_secret",
              "GET\napplication/octet-stream\n\n\n2018-12-04T03:55:31Z\n"
                  + "x-acs-signature-method:HMAC-SHA1\nx-acs-signature-version:1.0\n/",
              "HKCpm41tJg6b3EYdtGMbNuwALZU="),
          Arguments.of(
              "accessKeySecret",
              "GET\napplication/json\n1B2M2Y8AsgTpgAmY7PhCfg==\napplication/octet-stream\n"
                  + "mock date\n"
                  + GO_HEADERS,
              "PPPSwv0LPoLvg6rGxp7dd4uPESo="),
          Arguments.of(
              "accessKeySecret",
              "GET\napplication/xml\n7xdqbEJPlU+kLUzeA5SYlw==\n"
                  + "application/x-www-form-urlencoded\nmock date\n"
                  + GO_HEADERS,
              "X/tjQCOP4ZMCzQ1I1IdCra3byPA="));

  @ParameterizedTest
  @FieldSource("ROA_SIGNATURES")
  void roaSignsAStringToSign(String secret, String stringToSign, String signature) {
    byte[] made = Hashes.roaSignature(secret.getBytes(StandardCharsets.UTF_8), stringToSign);

    assertThat(Base64.getEncoder().encodeToString(made)).isEqualTo(signature);
  }

  @Test
  void roaMakesTheStringToSignOfThePythonTest() throws AuthException {
    WireRequest request =
        WireRequest.of("GET", "/")
            .header("Date", "2018-12-04T03:55:31Z")
            .header("x-acs-signature-version", "1.0")
            .header("Accept", "application/octet-stream")
            .header("x-acs-signature-method", "HMAC-SHA1");

    assertThat(roaText(request))
        .isEqualTo(
            "GET\napplication/octet-stream\n\n\n2018-12-04T03:55:31Z\n"
                + "x-acs-signature-method:HMAC-SHA1\nx-acs-signature-version:1.0\n/");
  }

  @Test
  void roaMakesTheStringToSignOfTheGoTest() throws AuthException {
    WireRequest request =
        WireRequest.of("GET", "/users/:user")
            .header("Accept", "application/json")
            .header("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==")
            .header("Content-Type", "application/octet-stream")
            .header("Date", "mock date")
            .header("x-acs-version", "")
            .header("X-Acs-Signature-Version", "1.0")
            .header("x-acs-signature-method", "HMAC-SHA1")
            .header("x-acs-credentials-provider", "static_ak");

    assertThat(roaText(request))
        .isEqualTo(
            "GET\napplication/json\n1B2M2Y8AsgTpgAmY7PhCfg==\napplication/octet-stream\nmock date\n"
                + GO_HEADERS);
  }

  @Test
  void roaMakesTheResourceOfTheUtilTest() throws AuthException {
    WireRequest request =
        WireRequest.of(
                "GET",
                "/test?x-acs-security-token=test&x-acs-security-test=test&spaceTest=+++&emptyTest"
                    + "&date=date&content-type=content-type&content-md5=content-md5"
                    + "&chineseTest=%E6%B1%89%E8%AF%AD&accept=accept")
            .header("accept", "accept")
            .header("content-md5", "content-md5")
            .header("content-type", "content-type")
            .header("date", "date")
            .header("x-acs-security-token", "test")
            .header("x-acs-security-test", "test");

    assertThat(roaText(request))
        .isEqualTo(
            "GET\naccept\ncontent-md5\ncontent-type\ndate\n"
                + "x-acs-security-test:test\nx-acs-security-token:test\n"
                + "/test?accept=accept&chineseTest=\u6c49\u8bed&content-md5=content-md5"
                + "&content-type=content-type&date=date&emptyTest&spaceTest=   "
                + "&x-acs-security-test=test&x-acs-security-token=test");
  }

  @Test
  void roaAcceptsTheWorkedInterrupt() throws AuthException {
    SignedRequests.verify(
        SignedRequests.roa("POST", SignedRequests.INTERRUPT + SignedRequests.TOKEN)
            .header("Authorization", "acs testid:r7MSS/ZH1riJxoP4gThahj8l2u8="));
  }

  @Test
  void acs3AcceptsTheExampleOfTheDocuments() throws AuthException {
    WireRequest request =
        WireRequest.of(
                "POST",
                "/?RegionId=cn-shanghai"
                    + "&ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd")
            .header("host", "ecs.cn-shanghai.aliyuncs.com")
            .header("x-acs-action", "RunInstances")
            .header("x-acs-content-sha256", Hashes.EMPTY_SHA256)
            .header("x-acs-date", "2023-10-26T10:22:32Z")
            .header("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d")
            .header("x-acs-version", "2014-05-26")
            .header(
                "Authorization",
                "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;"
                    + "x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
                    + "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0");
    SignatureClaim claim = SignatureClaim.read(request);

    assertThat(hash(claim.canonicalText()))
        .isEqualTo("7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259");
    new SignatureVerifier(
            InstantSource.fixed(Instant.parse("2023-10-26T10:22:32Z")), Duration.ofMinutes(15))
        .verify(claim, "YourAccessKeySecret".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void acs3SignsTheUnitTestOfTheUtil() throws AuthException {
    WireRequest request =
        WireRequest.of("GET", "/?test=ok&empty=")
            .header("x-acs-test", "http")
            .header(
                "x-acs-content-sha256",
                "55e12e91650d2fec56ec74e1d3e4ddbfce2ef3a65890c2a19ecf88a307e76a23");
    String canonical =
        Acs3Text.of(request, HeaderFields.of(request), List.of("x-acs-test")).asSent();

    assertThat(signature("secret", canonical))
        .isEqualTo("02e81f9f3cc8839151b0c7278024cbc4bfc9fa786085a0b8305f825f17b5dae7");
  }

  @Test
  void acs3AcceptsTheWorkedInterrupt() throws AuthException {
    WireRequest request =
        SignedRequests.acs3("POST", SignedRequests.INTERRUPT + SignedRequests.TOKEN, "")
            .header(
                "Authorization",
                "ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=host;x-acs-action;"
                    + "x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
                    + "Signature=edb463d600b9d4666187b0c511518094c21975a7ae1d4e133f965b0ae505464f");

    assertThat(hash(SignatureClaim.read(request).canonicalText()))
        .isEqualTo("9bd7ceaf1c039ad3d571043ac44f342a953e04b0d4b84bbcc68be78698d3b0da");
    SignedRequests.verify(request);
  }

  @Test
  void acs3SignsTheWorkedUpdateWithATemporaryKey() throws AuthException {
    WireRequest request =
        SignedRequests.acs3(
                "PUT",
                "/openapi/logstashes/ls-cn-4591f1y6abcd?clientToken=tok+en*%7E1",
                "{\"nodeAmount\":3}")
            .replace("x-acs-action", "UpdateLogstash")
            .replace("x-acs-signature-nonce", "nonce-0002")
            .header("content-type", "application/json; charset=utf-8")
            .header("x-acs-accesskey-id", "STS.testid")
            .header("x-acs-security-token", "tok/en+=");
    List<String> signedHeaders =
        List.of(
            "content-type",
            "host",
            "x-acs-accesskey-id",
            "x-acs-action",
            "x-acs-content-sha256",
            "x-acs-date",
            "x-acs-security-token",
            "x-acs-signature-nonce",
            "x-acs-version");
    String canonical = Acs3Text.of(request, HeaderFields.of(request), signedHeaders).asSent();

    assertThat(request.value("x-acs-content-sha256"))
        .isEqualTo("b2d0790ae6afb1f11a9c2b0e2657628ae407f0b450243cb121977689dddd72ae");
    assertThat(hash(canonical))
        .isEqualTo("656695046484e55d689d4b412923500a03f342ee36d35a9dc9e31ffd930240d7");
    assertThat(signature("testSecret", canonical))
        .isEqualTo("cc55c261daf0226b620bc915b13c4ca6b28738e3cb60cdd4e81a65ff0baa8af3");
  }

  private static String roaText(WireRequest request) throws AuthException {
    return RoaSha1Text.of(request, HeaderFields.of(request)).asSent();
  }

  private static String hash(String text) {
    return Hashes.sha256Hex(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String signature(String secret, String canonical) {
    return HexFormat.of()
        .formatHex(Hashes.acs3Signature(secret.getBytes(StandardCharsets.UTF_8), canonical));
  }
}
