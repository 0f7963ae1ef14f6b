package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.holdpoint.task.Direction;
import io.holdpoint.task.TaskState;
import io.holdpoint.task.TaskTable.Situation;
import io.holdpoint.testkit.RawHttp;
import io.holdpoint.testkit.RawHttp.Reply;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TaskRows;
import io.holdpoint.testkit.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests with two readings, sent to the whole service in raw bytes: each would interrupt a
 * running task in one of its readings, and those whose end is in doubt hide another interrupt.
 */
@RunningService("HOLDPOINT_WORKER=off")
class EdgeIT {
  private static final String LAST = "GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

  private static ServiceFixture service;
  private static TestDatabase database;
  private static String instanceId;
  private static String interrupt;

  @BeforeAll
  static void startATask(ServiceFixture running, TestDatabase fresh) {
    service = running;
    database = fresh;
    Situation busy = new Situation(TaskState.RUNNING, Direction.FORWARD, false, null);
    instanceId = new TaskRows(fresh).instance(busy);
    interrupt = "/openapi/logstashes/" + instanceId + "/actions/interrupt";
  }

  @AfterEach
  void nothingHappened() {
    assertThat(database.rows("SELECT state, epoch, sequence FROM tasks"))
        .containsExactly(Map.of("state", "running", "epoch", 5L, "sequence", 9L));
    assertThat(database.count("SELECT count(*) FROM commands")).isZero();
    assertThat(database.count("SELECT count(*) FROM events")).isZero();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a token given twice          | {path}?clientToken=a&clientToken=b      | InvalidClientToken
          the same token twice         | {path}?clientToken=a&clientToken=a      | InvalidClientToken
          a second token, encoded      | {path}?clientToken=a&client%54oken=b    | InvalidClientToken
          a token with and without =   | {path}?clientToken&clientToken=a        | InvalidClientToken
          a name given twice           | {path}?a=1&clientToken=t&a=2            | InvalidRequest
          a semicolon between pairs    | {path}?clientToken=a;clientToken=b      | InvalidRequest
          a semicolon within a value   | {path}?clientToken=a;b                  | InvalidRequest
          NUL in the query             | {path}?clientToken=a%00b                | InvalidRequest
          NUL at the end of the path   | {path}%00                               | InvalidRequest
          NUL before the id            | /openapi/logstashes/%00{id}/actions/interrupt | InvalidRequest
          a line break in the query    | {path}?clientToken=a%0d%0aX:1           | InvalidRequest
          overlong UTF-8 in the path   | /openapi%c0%aflogstashes/{id}/actions/interrupt | InvalidRequest
          overlong UTF-8 in the query  | {path}?clientToken=%c0%af               | InvalidRequest
          a byte that is no UTF-8      | {path}?clientToken=%ff                  | InvalidRequest
          half an escape               | {path}?clientToken=%2                   | InvalidRequest
          no digits after a percent    | {path}?clientToken=%zz                  | InvalidRequest
          the same in the path         | /openapi/%zz/{id}/actions/interrupt     | InvalidRequest
          a fragment                   | {path}#?clientToken=a                   | InvalidRequest
          an encoded slash             | /openapi/logstashes%2F{id}/actions/interrupt | InvalidApi.NotFound
          an encoded slash in the id   | /openapi/logstashes/x%2f..%2f{id}/actions/interrupt | InvalidApi.NotFound
          an encoded backslash         | /openapi/logstashes/x%5c..%5c{id}/actions/interrupt | InvalidApi.NotFound
          a dot segment                | /openapi/logstashes/x/../{id}/actions/interrupt | InvalidApi.NotFound
          a single dot                 | /openapi/./logstashes/{id}/actions/interrupt | InvalidApi.NotFound
          an encoded dot segment       | /openapi/logstashes/x/%2e%2e/{id}/actions/interrupt | InvalidApi.NotFound
          a half encoded dot segment   | /openapi/logstashes/x/.%2E/{id}/actions/interrupt | InvalidApi.NotFound
          two slashes at the start     | //openapi/logstashes/{id}/actions/interrupt | InvalidApi.NotFound
          two slashes within           | /openapi/logstashes//{id}/actions/interrupt | InvalidApi.NotFound
          a slash at the end           | {path}/                                 | InvalidApi.NotFound
          a slash before the query     | {path}/?clientToken=a                   | InvalidApi.NotFound
          another case                 | /OpenAPI/logstashes/{id}/actions/interrupt | InvalidApi.NotFound
          a matrix parameter           | {path};v=1                              | InvalidApi.NotFound
          """)
  void refusesATargetOnceAndReadsOnBehindItsBody(String name, String target, String code)
      throws IOException {
    String body = RawRequest.post(interrupt).text();
    RawRequest request = RawRequest.post(filled(target)).body("text/plain", body);
    try (RawHttp http = RawHttp.connect(port())) {
      List<Reply> replies = http.send(request.text() + LAST).readToClose();

      assertThat(replies).hasSize(2);
      Envelope.assertRefused(replies.get(0), code, "");
      Envelope.assertRefused(replies.get(1), "InvalidApi.NotFound", "");
    }
  }

  /** {@code ~} stands for the end of a line, {@code ^} for a control character. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a raw 8-bit byte             | POST {path}?clientToken=ÿ HTTP/1.1~Host: h~
          a space in the target        | POST {path}?clientToken=a b HTTP/1.1~Host: h~
          an absolute form             | POST http://evil{path} HTTP/1.1~Host: h~
          absolute form, the same host | POST http://h{path} HTTP/1.1~Host: h~
          two Hosts                    | POST {path} HTTP/1.1~Host: h~Host: evil~
          no Host                      | POST {path} HTTP/1.1~
          a Host with too large a port | POST {path} HTTP/1.1~Host: h:99999999999~
          a Host with two ports        | POST {path} HTTP/1.1~Host: h:1:2~
          a folded header              | POST {path} HTTP/1.1~Host: h~x-holdpoint-reason: a~ b~
          a control character          | POST {path} HTTP/1.1~Host: h~x-holdpoint-reason: a^b~
          a signed header twice        | POST {path} HTTP/1.1~Host: h~x-acs-date: a~x-acs-date: b~
          xchunked                     | POST {path} HTTP/1.1~Host: h~Transfer-Encoding: xchunked~
          gzip, chunked                | POST {path} HTTP/1.1~Host: h~Transfer-Encoding: gzip, chunked~
          identity                     | POST {path} HTTP/1.1~Host: h~Transfer-Encoding: identity~
          chunked in HTTP/1.0          | POST {path} HTTP/1.0~Host: h~Transfer-Encoding: chunked~
          a length and chunked         | POST {path} HTTP/1.1~Host: h~Content-Length: 0~Transfer-Encoding: chunked~
          chunked and a length         | POST {path} HTTP/1.1~Host: h~Transfer-Encoding: chunked~Content-Length: 0~
          two lengths                  | POST {path} HTTP/1.1~Host: h~Content-Length: 0~Content-Length: 5~
          a signed length              | POST {path} HTTP/1.1~Host: h~Content-Length: +0~
          control bytes before         | ^^POST {path} HTTP/1.1~Host: h~
          the preface of HTTP/2        | PRI * HTTP/2.0~~SM~
          a chunk without a size       | POST {path} HTTP/1.1~Host: h~Transfer-Encoding: chunked~~zz~ab~0~
          """)
  void refusesAHeadOnceAndReadsNothingBehindIt(String name, String head) throws IOException {
    assertRefusedAlone(
        filled(head).replace("~", "\r\n").replace('^', '\1') + "\r\n", "InvalidRequest");
  }

  @Test
  void refusesWhatIsTooLong() throws IOException {
    String line = "POST " + interrupt + "?clientToken=" + "a".repeat(4100) + " HTTP/1.1\r\n\r\n";
    String head =
        "POST " + interrupt + " HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(17_000) + "\r\n\r\n";

    assertRefusedAlone(line, "RequestUriTooLong");
    assertRefusedAlone(head, "RequestHeaderTooLarge");
  }

  private static void assertRefusedAlone(String message, String code) throws IOException {
    String hidden = RawRequest.post(interrupt).text();
    try (RawHttp http = RawHttp.connect(port())) {
      List<Reply> replies = http.send(message + hidden).readToClose();

      assertThat(replies).hasSize(1);
      Envelope.assertRefused(replies.get(0), code, "");
      assertThat(replies.get(0).header("connection")).isEqualTo("close");
      assertThat(replies.get(0).body()).doesNotContain("evil");
    }
  }

  @Test
  void answersAnUpgradeToHttp2InHttp1() throws IOException {
    RawRequest upgrade =
        RawRequest.get("/x")
            .header("Connection", "Upgrade, HTTP2-Settings")
            .header("Upgrade", "h2c")
            .header("HTTP2-Settings", "AAMAAABkAARAAAAAAAIAAAAA");
    try (RawHttp http = RawHttp.connect(port())) {
      assertThat(http.send(upgrade.text() + LAST).readToClose())
          .extracting(Reply::version, Reply::status)
          .containsExactly(tuple("HTTP/1.1", 404), tuple("HTTP/1.1", 404));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: 5\r\n\r\nab", "Transfer-Encoding: chunked\r\n\r\n5\r\nab"})
  void doesNothingWhenTheClientLeavesWithinABody(String start) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
        RawHttp http = RawHttp.over(socket)) {
      http.send("POST " + interrupt + " HTTP/1.1\r\nHost: h\r\n" + start);
      socket.shutdownOutput();

      assertThat(http.readToClose()).isEmpty();
    }
  }

  private static int port() {
    return service.service().port();
  }

  private static String filled(String template) {
    return template.replace("{path}", interrupt).replace("{id}", instanceId);
  }
}
