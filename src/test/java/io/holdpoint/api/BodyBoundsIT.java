package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.Direction;
import io.holdpoint.task.TaskState;
import io.holdpoint.task.TaskTable.Situation;
import io.holdpoint.testkit.InSoak;
import io.holdpoint.testkit.RawHttp;
import io.holdpoint.testkit.RawHttp.Reply;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TaskRows;
import io.holdpoint.testkit.TestDatabase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies over their bounds of size and time: a quick answer, the connection's last one. */
@RunningService({"HOLDPOINT_WORKER=off", "HOLDPOINT_HTTP_BODY_DEADLINE=200ms"})
class BodyBoundsIT {
  private static final int COMMAND = 64 * 1024;
  private static final int OWN_RESOURCE = 1024 * 1024;

  private static ServiceFixture service;
  private static TestDatabase database;
  private static String instanceId;

  @BeforeAll
  static void startATask(ServiceFixture running, TestDatabase fresh) {
    service = running;
    database = fresh;
    instanceId =
        new TaskRows(fresh)
            .instance(new Situation(TaskState.RUNNING, Direction.FORWARD, false, null));
  }

  @AfterEach
  void nothingHappened() {
    assertThat(database.text("SELECT state FROM tasks")).isEqualTo("running");
    assertThat(database.count("SELECT count(*) FROM commands")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 9223372036854775807\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n10001\r\n{65537}"
      })
  void refusesTooLargeABodyBeforeItsEnd(String rest) throws IOException {
    assertRefusedBeforeItsEnd(rest);
  }

  @InSoak
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 65537\r\n\r\n",
        "Content-Length: 65537\r\nExpect: 100-continue\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n8000\r\n{32768}\r\n8001\r\n{32769}"
      })
  void refusesEveryFormOfTooLargeABodyBeforeItsEnd(String rest) throws IOException {
    assertRefusedBeforeItsEnd(rest);
  }

  private static void assertRefusedBeforeItsEnd(String rest) throws IOException {
    String body =
        rest.replace("{65537}", "x".repeat(COMMAND + 1))
            .replace("{32768}", "x".repeat(32_768))
            .replace("{32769}", "x".repeat(32_769));
    assertLastAnswers(
        List.of(path("interrupt"), path("restart"), "/openapi/logstashes", "/x"),
        body,
        "RequestBodyTooLarge");
  }

  @Test
  void answersTooLargeABodyThatWasSentWhole() throws IOException {
    String whole = "x".repeat(4 * COMMAND);

    try (RawHttp http = RawHttp.connect(port())) {
      http.send(RawRequest.post(path("interrupt")).json(whole).text());
      assertLastAnswer(http, "RequestBodyTooLarge");
    }
  }

  @Test
  void boundsOwnResourcesByOneMebibyte() throws IOException {
    String nodes = "/v1/instances/" + instanceId + "/nodes";
    RawRequest under = RawRequest.of("PUT", nodes).json(" ".repeat(OWN_RESOURCE));
    RawRequest over = RawRequest.of("PUT", nodes).json(" ".repeat(OWN_RESOURCE + 1));

    Envelope.assertRefused(under.send(port()), "InvalidParameter", "body");
    Envelope.assertRefused(over.send(port()), "RequestBodyTooLarge", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: 5\r\n\r\n{\"a\"", "Transfer-Encoding: chunked\r\n\r\n0\r\n"})
  void doesNotWaitForASlowBody(String rest) throws IOException {
    assertNotWaitedFor(rest);
  }

  @InSoak
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"
      })
  void doesNotWaitForAnyFormOfASlowBody(String rest) throws IOException {
    assertNotWaitedFor(rest);
  }

  private static void assertNotWaitedFor(String rest) throws IOException {
    long began = System.nanoTime();

    assertLastAnswers(
        List.of(path("interrupt"), path("restart"), "/openapi/logstashes"), rest, "InvalidRequest");

    assertThat(System.nanoTime() - began)
        .isBetween(TimeUnit.MILLISECONDS.toNanos(150), TimeUnit.SECONDS.toNanos(3));
  }

  /** All at the same time: a connection lingers a second after such an answer. */
  private static void assertLastAnswers(List<String> paths, String rest, String code)
      throws IOException {
    List<RawHttp> all = new ArrayList<>();
    try {
      for (String path : paths) {
        RawHttp http = RawHttp.connect(port());
        all.add(http);
        http.send("POST " + path + " HTTP/1.1\r\nHost: h\r\n" + rest);
      }
      for (RawHttp http : all) {
        assertLastAnswer(http, code);
      }
    } finally {
      for (RawHttp http : all) {
        http.close();
      }
    }
  }

  private static void assertLastAnswer(RawHttp http, String code) throws IOException {
    List<Reply> replies = http.readToClose();
    replies.removeIf(reply -> reply.status() == 100);

    assertThat(replies).hasSize(1);
    Envelope.assertRefused(replies.get(0), code, "");
    assertThat(replies.get(0).header("connection")).isEqualTo("close");
  }

  private static String path(String action) {
    return "/openapi/logstashes/" + instanceId + "/actions/" + action;
  }

  private static int port() {
    return service.service().port();
  }
}
