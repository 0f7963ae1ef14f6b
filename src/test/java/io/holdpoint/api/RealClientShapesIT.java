package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.Direction;
import io.holdpoint.task.TaskState;
import io.holdpoint.task.TaskTable.Situation;
import io.holdpoint.testkit.RawHttp;
import io.holdpoint.testkit.RawHttp.Reply;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TaskRows;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the SDKs were seen to send: bodies without content in every framing, types without a body,
 * headers in any case. All of it passes, and no reply is one that they cannot read or repeat.
 */
@RunningService("HOLDPOINT_WORKER=off")
class RealClientShapesIT {
  private static final String FORM = "Content-Type: application/x-www-form-urlencoded~";
  private static final String MD5 = "Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg==~";

  private static ServiceFixture service;
  private static TestDatabase database;
  private static TaskRows rows;
  private String instanceId;

  @BeforeAll
  static void start(ServiceFixture running, TestDatabase fresh) {
    service = running;
    database = fresh;
    rows = new TaskRows(fresh);
  }

  @BeforeEach
  void startATask() {
    instanceId = rows.instance(new Situation(TaskState.RUNNING, Direction.FORWARD, false, null));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          an empty chunked body        | Host: 127.0.0.1:8080~Transfer-Encoding: chunked~~0~
          neither length nor chunks    | Host: 127.0.0.1:8080~{form}{md5}
          a length of 0                | Host: 127.0.0.1:8080~Content-Length: 0~
          names in lower case          | host: 127.0.0.1~content-length: 0~content-md5: 1B2M2Y8AsgTpgAmY7PhCfg==~accept: application/json~
          names in upper case          | HOST: 127.0.0.1:8080~CONTENT-LENGTH: 0~ACCEPT: application/json~
          a Host without a port        | Host: localhost~Content-Length: 0~
          a Host by IPv6 address       | Host: [::1]:8080~Content-Length: 0~
          a form type with chunks      | Host: h~{form}Transfer-Encoding: chunked~~0~
          a JSON type without a body   | Host: h~Content-Type: application/json; charset=utf-8~Content-Length: 0~
          gzip is welcome              | Host: h~Accept-Encoding: gzip~Transfer-Encoding: chunked~~0~
          identity only                | Host: h~Accept-Encoding: identity~
          XML is preferred             | Host: h~Accept: application/xml~
          the headers of a signature   | Host: h~x-acs-version: 2017-06-13~x-acs-action: InterruptLogstashTask~x-acs-signature-nonce: n~x-acs-date: 2026-11-22T23:31:50Z~Authorization: acs a:b~
          headers of the core SDK      | Host: h~RegionId: cn-hangzhou~x-sdk-client: Java/2.0.0~x-sdk-invoke-type: common~{form}{md5}
          a JSON body that is ignored  | Host: h~Content-Type: application/json~Content-Length: 2~~{}
          """)
  void interruptsWhateverTheShape(String name, String headers) throws IOException {
    String line = "POST " + path("interrupt", "t") + " HTTP/1.1\r\n";
    String end = headers.endsWith("{}") ? "" : "\r\n";
    try (RawHttp http = connect()) {
      Reply reply = http.send(line + lines(headers) + end).read();

      assertSucceeded(reply);
      assertThat(new JsonObject(reply.body()).getBoolean("Result")).isTrue();
      assertThat(service.status(instanceId)).isEqualTo("suspended");
      assertReused(http);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          plain                      | ?size=10&page=1              | Host: h~
          the other order            | ?page=1&size=10              | Host: h~
          with a form type and MD5   | ?page=1&size=10              | Host: h~{form}{md5}
          with a length of 0         | ?page=1&size=10              | host: h~content-length: 0~content-md5: 1B2M2Y8AsgTpgAmY7PhCfg==~
          empty filters              | ?description=&version=&tags= | Host: h~
          a space as plus            | ?description=a+name          | Host: h~
          a space as %20             | ?description=a%20name        | Host: h~
          gzip is welcome            | ?description=a%20name        | Host: h~Accept-Encoding: gzip, deflate, br~
          """)
  void listsWhateverTheShape(String name, String query, String headers) throws IOException {
    nameInstance("a name");
    String line = "GET /openapi/logstashes" + query + " HTTP/1.1\r\n";
    try (RawHttp http = connect()) {
      Reply reply = http.send(line + lines(headers) + "\r\n").read();

      assertSucceeded(reply);
      assertThat(reply.body()).contains(instanceId);
      assertReused(http);
    }
  }

  private void nameInstance(String description) {
    database.execute(
        "UPDATE instances SET description = '"
            + description
            + "' WHERE instance_id = '"
            + instanceId
            + "'");
  }

  @Test
  void readsAPlusAsASpaceInTheQueryOnly() throws IOException {
    nameInstance("a+b");

    assertThat(RawRequest.get("/openapi/logstashes?description=a%2Bb").send(port()).body())
        .contains(instanceId);
    assertThat(RawRequest.get("/openapi/logstashes?description=a+b").send(port()).body())
        .doesNotContain(instanceId);
    assertThat(RawRequest.get("/openapi/logstashes/" + instanceId + "+").send(port()).status())
        .isEqualTo(400);
  }

  /** OkHttp sends a request again when a reused connection breaks; the body is gone by then. */
  @ParameterizedTest
  @CsvSource({"application/json; charset=utf-8", "application/json", "text/plain"})
  void restartsWithAnEmptyChunkedBodyUnderAnyType(String type) throws IOException {
    String fresh = rows.instance();
    RawRequest restart =
        RawRequest.post("/openapi/logstashes/" + fresh + "/actions/restart")
            .header("Content-Type", type)
            .header("Transfer-Encoding", "chunked");
    try (RawHttp http = connect()) {
      Reply reply = http.send(restart.text() + "0\r\n\r\n").read();

      assertSucceeded(reply);
      assertThat(service.status(fresh)).isEqualTo("activating");
    }
  }

  @ParameterizedTest
  @CsvSource({"'{}'", "'{\"batchCount\":0,\"restartType\":\"instance\",\"x\":[1]}'"})
  void restartsWithAChunkedJsonBody(String body) throws IOException {
    String fresh = rows.instance();
    RawRequest restart =
        RawRequest.post("/openapi/logstashes/" + fresh + "/actions/restart?force=false")
            .header("content-type", "application/json; charset=utf-8")
            .chunked(body);

    assertSucceeded(restart.send(port()));
  }

  @Test
  void answersHttp10WithAndWithoutKeepAlive() throws IOException {
    String line = "POST " + path("interrupt", "t") + " HTTP/1.0\r\n";
    try (RawHttp once = connect();
        RawHttp kept = connect()) {
      List<Reply> replies = once.send(line + "\r\n").readToClose();
      assertThat(replies).hasSize(1);
      assertSucceeded(replies.get(0));

      Reply first = kept.send(line + "Connection: keep-alive\r\n\r\n").read();
      assertSucceeded(first);
      assertThat(first.header("connection")).isEqualTo("keep-alive");
      assertThat(first.header("idempotency-replayed")).isEqualTo("true");
      assertReused(kept);
    }
  }

  @Test
  void sendsTheGoAheadBeforeABody() throws IOException {
    String head = "POST " + path("restart", "t") + " HTTP/1.1\r\nHost: h\r\n";
    try (RawHttp http = connect()) {
      http.send(
          head
              + "Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
      assertThat(http.read()).extracting(Reply::status).isEqualTo(100);

      assertThat(http.send("{}").read()).extracting(Reply::status).isEqualTo(400);
      assertReused(http);
    }
  }

  @Test
  void answersPipelinedCommandsInOrder() throws IOException {
    String interrupt = RawRequest.post(path("interrupt", "first")).text();
    String resume = RawRequest.post(path("resume", "second")).text();
    String chunkedRepeat = RawRequest.post(path("interrupt", "first")).chunked("x").text();
    try (RawHttp http = connect()) {
      http.send(interrupt + resume + chunkedRepeat + interrupt.repeat(20));

      assertOutcome(http, "applied");
      assertOutcome(http, "applied");
      for (int i = 0; i < 21; i++) {
        assertOutcome(http, "replayed");
      }
      assertThat(service.status(instanceId)).isEqualTo("activating");
    }
  }

  private static void assertOutcome(RawHttp http, String outcome) throws IOException {
    Reply reply = http.read();
    assertSucceeded(reply);
    assertThat(reply.header("x-holdpoint-outcome")).isEqualTo(outcome);
  }

  /** Nothing that makes a client fail, follow, unpack or send again. */
  private static void assertSucceeded(Reply reply) {
    assertThat(reply).isNotNull();
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.header("content-type")).isEqualTo("application/json;charset=utf-8");
    assertThat(reply.header("content-length")).isEqualTo(String.valueOf(reply.body().length()));
    assertThat(reply.headers())
        .doesNotContainKeys("content-encoding", "transfer-encoding", "location", "retry-after");
  }

  private static void assertReused(RawHttp http) throws IOException {
    assertThat(http.send(RawRequest.get("/openapi/logstashes").text()).read())
        .extracting(Reply::status)
        .isEqualTo(200);
  }

  private String path(String action, String token) {
    String unique = token + "-" + instanceId;
    return "/openapi/logstashes/" + instanceId + "/actions/" + action + "?clientToken=" + unique;
  }

  private static String lines(String headers) {
    return headers.replace("{form}", FORM).replace("{md5}", MD5).replace("~", "\r\n");
  }

  private static RawHttp connect() throws IOException {
    return RawHttp.connect(port());
  }

  private static int port() {
    return service.service().port();
  }
}
