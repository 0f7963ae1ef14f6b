package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.RawHttp;
import io.holdpoint.testkit.RawHttp.Reply;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** The guard within a real server, spoken to in raw bytes: what must pass, and how bodies end. */
class HeadGuardIT {
  private static final String H = "Host: h\r\n";
  private static final String CL = "Content-Length: 5\r\n";
  private static final String TE = "Transfer-Encoding: chunked\r\n";
  private static final String LAST = "GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
  private static final String HIDDEN = "GET /hidden HTTP/1.1\r\nHost: h\r\n\r\n";

  private static GuardedServer server;

  @BeforeAll
  static void start() throws Exception {
    server = GuardedServer.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  static final List<Arguments> ACCEPTED =
      List.of(
          Arguments.of("a plain GET", "GET /x HTTP/1.1\r\n" + H + "\r\n", "GET /x "),
          Arguments.of("one empty line before", "\r\nGET /x HTTP/1.1\r\n" + H + "\r\n", "GET /x "),
          Arguments.of(
              "an empty chunked body",
              "POST /x HTTP/1.1\r\n" + H + TE + "\r\n0\r\n\r\n",
              "POST /x "),
          Arguments.of(
              "chunked in capitals",
              "POST /x HTTP/1.1\r\n" + H + "TRANSFER-ENCODING: Chunked\r\n\r\n0\r\n\r\n",
              "POST /x "),
          Arguments.of(
              "chunks, an extension and a trailer",
              "POST /x HTTP/1.1\r\n" + H + TE + "\r\n2;a=b\r\n\r\n\r\n2\r\nab\r\n0\r\nT: 1\r\n\r\n",
              "POST /x \r\nab"),
          Arguments.of(
              "a form type without a body",
              "POST /x HTTP/1.1\r\n"
                  + H
                  + "Content-Type: application/x-www-form-urlencoded\r\n\r\n",
              "POST /x "),
          Arguments.of(
              "a length of zero",
              "POST /x HTTP/1.1\r\n" + H + "Content-Length: 0\r\n\r\n",
              "POST /x "),
          Arguments.of(
              "a body that looks like folded lines",
              "POST /x HTTP/1.1\r\n" + H + "Content-Length: 11\r\n\r\na\r\n b\r\n\r\n\tc",
              "POST /x a\r\n b\r\n\r\n\tc"),
          Arguments.of(
              "a chunk that looks like folded lines",
              "POST /x HTTP/1.1\r\n" + H + TE + "\r\nb\r\na\r\n b\r\n\r\n\tc\r\n0\r\n\r\n",
              "POST /x a\r\n b\r\n\r\n\tc"),
          Arguments.of(
              "a Host without a port", "GET /x HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n", "GET /x "),
          Arguments.of(
              "a Host with a port", "GET /x HTTP/1.1\r\nHOST: [::1]:8080\r\n\r\n", "GET /x "),
          Arguments.of(
              "HTTP/1.0 without a Host",
              "GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
              "GET /x "),
          Arguments.of(
              "lists that proxies write twice",
              "GET /x HTTP/1.1\r\n"
                  + H
                  + "Via: a\r\nVia: b\r\nX-Forwarded-For: a\r\n"
                  + "X-Forwarded-For: b\r\n\r\n",
              "GET /x "),
          Arguments.of(
              "the headers of a signed call",
              "POST /x?clientToken HTTP/1.1\r\n"
                  + H
                  + "accept: application/json\r\n"
                  + "X-Acs-Action: InterruptLogstashTask\r\nx-acs-version: 2017-06-13\r\n"
                  + "x-acs-date: 2026-11-22T23:31:50Z\r\nx-acs-signature-nonce: n\r\n"
                  + "Authorization: ACS3-HMAC-SHA256 Credential=a,SignedHeaders=b,Signature=c\r\n"
                  + "Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg==\r\n\r\n",
              "POST /x?clientToken "));

  @ParameterizedTest(name = "{0}")
  @FieldSource("ACCEPTED")
  void acceptsAndKeepsTheConnectionOn(String name, String request, String echo) throws IOException {
    try (RawHttp http = server.connect()) {
      List<Reply> replies = http.send(request + request + LAST).readToClose();

      assertThat(replies).extracting(Reply::status).containsExactly(200, 200, 200);
      assertThat(replies).extracting(Reply::body).containsExactly(echo, echo, "GET /last ");
    }
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("ACCEPTED")
  void acceptsByteByByte(String name, String request, String echo) throws IOException {
    try (RawHttp http = server.connect()) {
      List<Reply> replies = http.sendByteByByte(request + LAST).readToClose();

      assertThat(replies).extracting(Reply::body).containsExactly(echo, "GET /last ");
    }
  }

  @Test
  void sendsTheGoAheadOfAGoodRequest() throws IOException {
    try (RawHttp http = server.connect()) {
      http.send("POST /x HTTP/1.1\r\n" + H + CL + "Expect: 100-continue\r\n\r\n");
      assertThat(http.read()).extracting(Reply::status).isEqualTo(100);

      assertThat(http.send("hello" + LAST).readToClose())
          .extracting(Reply::body)
          .containsExactly("POST /x hello", "GET /last ");
    }
  }

  @Test
  void ignoresAnUpgradeToHttp2() throws IOException {
    String upgrade = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n";
    try (RawHttp http = server.connect()) {
      assertThat(http.send("GET /x HTTP/1.1\r\n" + H + upgrade + "\r\n" + LAST).readToClose())
          .extracting(Reply::status)
          .containsExactly(200, 200);
    }
  }

  static final List<Arguments> BAD_CHUNKS =
      List.of(
          Arguments.of("no digit", "\r\n"),
          Arguments.of("a sign", "+2\r\nab\r\n"),
          Arguments.of("a prefix", "0x2\r\nab\r\n"),
          Arguments.of("a line feed alone", "2\nab\r\n"),
          Arguments.of("too long a chunk", "2\r\nabc\r\n"),
          Arguments.of("an overflow", "100000000\r\nab\r\n"));

  @ParameterizedTest(name = "{0}")
  @FieldSource("BAD_CHUNKS")
  void closesWithoutReadingOnAfterABadChunk(String name, String chunk) throws IOException {
    try (RawHttp http = server.connect()) {
      http.send("POST /x HTTP/1.1\r\n" + H + TE + "\r\n" + chunk + "0\r\n\r\n" + HIDDEN);

      assertThat(http.readToClose()).isEmpty();
    }
  }
}
