package io.holdpoint.auth;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The ordinary requests of these tests, the moment they are sent, and what becomes of them. */
final class SignedRequests {
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  static final Duration WINDOW = Duration.ofMinutes(15);
  static final String KEY_ID = "testid";
  static final String SECRET = "testSecret";
  static final String INTERRUPT = "/openapi/logstashes/ls-cn-4591f1y6abcd/actions/interrupt";
  static final String TOKEN = "?clientToken=5A2CFF0E-5718-45B5-9D4D-70B3FF0000";
  static final String HOST = "elasticsearch.cn-hangzhou.aliyuncs.com";

  private SignedRequests() {}

  /** All headers of an interrupt but Authorization. */
  static WireRequest interrupt(ReferenceClient client, String target) {
    return client.isRoa() ? roa("POST", target) : acs3("POST", target, "");
  }

  static WireRequest signedInterrupt(ReferenceClient client) {
    return client.sign(interrupt(client, INTERRUPT + TOKEN), KEY_ID, SECRET);
  }

  static WireRequest roa(String method, String target) {
    return WireRequest.of(method, target)
        .header("accept", "application/json")
        .header("Date", "Thu, 01 Jan 2026 00:00:00 GMT")
        .header("host", HOST)
        .header("user-agent", "AlibabaCloud (Linux; amd64) Java/17 TeaDSL/1")
        .header("x-acs-action", "InterruptLogstashTask")
        .header("x-acs-signature-method", "HMAC-SHA1")
        .header("x-acs-signature-nonce", "nonce-0001")
        .header("x-acs-signature-version", "1.0")
        .header("x-acs-version", "2017-06-13");
  }

  static WireRequest acs3(String method, String target, String body) {
    return WireRequest.of(method, target)
        .header("accept", "application/json")
        .header("host", HOST)
        .header("user-agent", "AlibabaCloud (linux; x64) Node.js/v20 TeaDSL/2")
        .header("x-acs-action", "InterruptLogstashTask")
        .header(
            "x-acs-content-sha256", ReferenceClient.sha256(body.getBytes(StandardCharsets.UTF_8)))
        .header("x-acs-date", "2026-01-01T00:00:00Z")
        .header("x-acs-signature-nonce", "nonce-0001")
        .header("x-acs-version", "2017-06-13")
        .body(body);
  }

  static byte[] secret() {
    return SECRET.getBytes(StandardCharsets.UTF_8);
  }

  /** Reads and verifies at {@link #NOW}. */
  static void verify(SignedRequest request) throws AuthException {
    verify(request, NOW);
  }

  static void verify(SignedRequest request, Instant now) throws AuthException {
    new SignatureVerifier(InstantSource.fixed(now), WINDOW)
        .verify(SignatureClaim.read(request), secret());
  }
}
