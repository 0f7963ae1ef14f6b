package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.RawHttp;
import io.holdpoint.testkit.RawHttp.Reply;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** Every head with two readings is answered once, in order, and ends its connection. */
class HeadRefusalIT {
  private static final String H = "Host: h\r\n";
  private static final String CL = "Content-Length: 5\r\n";
  private static final String TE = "Transfer-Encoding: chunked\r\n";
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

  static final List<Arguments> REFUSED =
      List.of(
          head("a folded header", H + "X-A: a\r\n b\r\n"),
          head("a header folded with a tab", H + "X-A: a\r\n\tb\r\n"),
          head("a folded Host", "Host: h\r\n \r\n"),
          head("a fold before the first header", " X: a\r\n" + H),
          head("no Host", "X-A: a\r\n"),
          head("an empty Host", "Host:\r\n"),
          head("two Hosts", H + "host: evil\r\n"),
          head("the same Host twice", H + H),
          head("a list of Hosts", "Host: h, evil\r\n"),
          head("a Host with a path", "Host: h/x\r\n"),
          head("a Host with a user", "Host: a@h\r\n"),
          line("an absolute-form target", "GET http://evil/x HTTP/1.1"),
          line("an absolute form without a path", "GET http://evil HTTP/1.1"),
          line("an asterisk target", "OPTIONS * HTTP/1.1"),
          line("an authority target", "CONNECT h:80 HTTP/1.1"),
          line("two spaces", "GET  /x HTTP/1.1"),
          line("a tab for a space", "GET\t/x HTTP/1.1"),
          line("a vertical tab for a space", "GET /x\u000bHTTP/1.1"),
          line("a carriage return for a space", "GET\r/x HTTP/1.1"),
          line("a space in the target", "GET /x y HTTP/1.1"),
          line("a space at the end", "GET /x HTTP/1.1 "),
          line("8-bit in the target", "GET /\u00ff HTTP/1.1"),
          line("NUL in the target", "GET /\0 HTTP/1.1"),
          line("no version", "GET /x"),
          line("a lower-case version", "GET /x http/1.1"),
          line("an unknown version", "GET /x HTTP/1.2"),
          line("version 2", "GET /x HTTP/2.0"),
          line("a leading space", " GET /x HTTP/1.1"),
          line("leading control bytes", "\u0000\u0001GET /x HTTP/1.1"),
          line("a leading line feed", "\nGET /x HTTP/1.1"),
          line("two leading empty lines", "\r\n\r\nGET /x HTTP/1.1"),
          head("xchunked", H + "Transfer-Encoding: xchunked\r\n"),
          head("identity", H + "Transfer-Encoding: identity\r\n"),
          head("an empty Transfer-Encoding", H + "Transfer-Encoding:\r\n"),
          head("gzip, chunked", H + "Transfer-Encoding: gzip, chunked\r\n"),
          head("chunked, chunked", H + "Transfer-Encoding: chunked, chunked\r\n"),
          head("chunked twice", H + TE + TE),
          head("chunked with a comma", H + "Transfer-Encoding: ,chunked\r\n"),
          head("chunked and a length", H + TE + CL),
          head("a length and chunked", H + CL + TE),
          line("chunked in HTTP/1.0", "POST /x HTTP/1.0\r\nTransfer-Encoding: chunked"),
          head("the same length twice", H + CL + CL),
          head("two lengths", H + CL + "Content-Length: 6\r\n"),
          head("a list of lengths", H + "Content-Length: 5, 5\r\n"),
          head("a signed length", H + "Content-Length: +5\r\n"),
          head("a negative length", H + "Content-Length: -5\r\n"),
          head("an endless length", H + "Content-Length: 99999999999999999999\r\n"),
          head(
              "a body hidden in web socket keys",
              H + "Sec-WebSocket-Key1: 1\r\nSec-WebSocket-Key2: 1\r\n"),
          head("two Authorizations", H + "Authorization: a\r\nauthorization: b\r\n"),
          head("two Content-Types", H + "Content-Type: a\r\nContent-Type: a\r\n"),
          head("two Content-MD5s", H + "Content-MD5: a\r\nContent-MD5: a\r\n"),
          head("two Dates", H + "Date: a\r\nDate: a\r\n"),
          head("two Accepts", H + "Accept: a\r\nAccept: b\r\n"),
          head("an x-acs header twice", H + "x-acs-date: a\r\nX-Acs-Date: b\r\n"),
          head("an x-holdpoint header twice", H + "x-holdpoint-a: a\r\nx-holdpoint-a: b\r\n"),
          head("x-acs headers without end", H + many("x-acs-%d: a\r\n", 65)),
          head("a space before the colon", H + "X-A : a\r\n"),
          head("no header name", H + ": a\r\n"),
          head("a header name in quotes", H + "\"x\": a\r\n"),
          head("a header name with a slash", H + "x/y: a\r\n"),
          head("an 8-bit header name", H + "x\u00e9: a\r\n"),
          head("no colon", H + "X-A\r\n"),
          head("a header line ended by LF", H + "X-A: a\nX-B: b\r\n"),
          head("a bare CR in a value", H + "X-A: a\rb\r\n"),
          head("a NUL in a value", H + "X-A: a\0b\r\n"),
          head("a refusal that expects a go-ahead", H + H + "Expect: 100-continue\r\n"),
          Arguments.of("a head ended by LF", "GET /x HTTP/1.1\r\nHost: h\r\n\n", 400),
          Arguments.of("TLS on the wrong port", "\u0016\u0003\u0001\u0002\u0000", 400),
          Arguments.of("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
          Arguments.of("a long request line", "GET /" + "x".repeat(4097) + " HTTP/1.1\r\n", 414),
          Arguments.of("large headers", "GET /x HTTP/1.1\r\n" + H + "X: " + "x".repeat(17000), 431),
          Arguments.of("many headers", "GET /x HTTP/1.1\r\n" + H + many("X-%d: 1\r\n", 3000), 431));

  @ParameterizedTest(name = "{0}")
  @FieldSource("REFUSED")
  void answersOnceAndClosesOn(String name, String head, int status) throws IOException {
    try (RawHttp http = server.connect()) {
      List<Reply> replies = http.send(head + HIDDEN).readToClose();

      assertThat(replies).extracting(Reply::status).containsExactly(status);
      assertThat(replies.get(0).header("connection")).isEqualTo("close");
      assertThat(replies.get(0).body()).doesNotContain("evil");
    }
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("REFUSED")
  void answersInOrderBehindGoodRequestsOn(String name, String head, int status) throws IOException {
    String good = "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n";
    String chunked = "POST /2 HTTP/1.1\r\n" + H + TE + "\r\n3\r\nabc\r\n0\r\n\r\n";
    try (RawHttp http = server.connect()) {
      List<Reply> replies = http.send(good + chunked + head + HIDDEN).readToClose();

      assertThat(replies).extracting(Reply::status).containsExactly(200, 200, status);
    }
  }

  @Test
  void doesNotWaitForTheEndOfALongRequestLine() throws IOException {
    try (RawHttp http = server.connect()) {
      assertThat(http.send("GET /" + "x".repeat(4100)).readToClose())
          .extracting(Reply::status)
          .containsExactly(414);
    }
  }

  @Test
  void refusesAFoldSentByteByByte() throws IOException {
    try (RawHttp http = server.connect()) {
      String folded = "GET /x HTTP/1.1\r\n" + H + "X-A: a\r\n ";

      assertThat(http.sendByteByByte(folded).readToClose())
          .extracting(Reply::status)
          .containsExactly(400);
    }
  }

  private static Arguments head(String name, String headers) {
    return Arguments.of(name, "POST /x HTTP/1.1\r\n" + headers + "\r\n", 400);
  }

  private static Arguments line(String name, String requestLine) {
    return Arguments.of(name, requestLine + "\r\n" + H + "\r\n", 400);
  }

  private static String many(String pattern, int times) {
    return IntStream.range(0, times).mapToObj(pattern::formatted).collect(Collectors.joining());
  }
}
