package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.Operator;
import io.holdpoint.testkit.RawHttp;
import io.holdpoint.testkit.RawHttp.Reply;
import io.holdpoint.testkit.RawHttp2;
import io.holdpoint.testkit.TestDatabase;
import io.holdpoint.testkit.TestIdentity;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * More requests and bodies at the same time than the service is meant to carry. Requests are held
 * open by bodies that do not end, so that what is full is known and not hoped for.
 */
@ExtendWith(DatabaseExtension.class)
class OverloadIT {
  private static final TestIdentity SERVER = TestIdentity.of("holdpoint");
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String ALL = "/openapi/logstashes";
  private static final String RESTART = ALL + "/none/actions/restart";
  private static final int IN_FLIGHT = 3;

  private static TlsService service;
  private static String instanceId;

  private final List<RawHttp> held = new ArrayList<>();

  @BeforeAll
  static void start(TestDatabase database, @TempDir Path directory) {
    service =
        TlsService.start(
            database,
            directory,
            SERVER,
            Map.of(
                "HOLDPOINT_HTTP_MAX_IN_FLIGHT", String.valueOf(IN_FLIGHT),
                "HOLDPOINT_HTTP_INTERRUPT_RESERVE", "1",
                "HOLDPOINT_HTTP_MAX_BODIES", "1MiB",
                "HOLDPOINT_HTTP_BODY_DEADLINE", "60s"));
    instanceId = service.fixture().createInstance(2);
    assertThat(service.fixture().restart(instanceId).status()).isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @AfterEach
  void everyPlaceIsGivenBackWithItsConnection() throws IOException {
    for (RawHttp connection : held) {
      connection.close();
    }
    awaitInFlight(0);
    assertThat(service.metric("holdpoint_bodies_bytes")).isZero();
    assertThat(get().status()).isEqualTo(200);
  }

  @Test
  void interruptsAreServedWhileEverythingElseIsShed() throws IOException {
    double shed = shed("in-flight", "other");
    for (int i = 0; i < IN_FLIGHT; i++) {
      hold(RESTART, 1);
    }
    awaitInFlight(IN_FLIGHT);

    assertShed(get());
    assertShed(RawRequest.post(ALL).json("{}").send(port()));
    assertShed(RawRequest.post(path("resume")).send(port()));
    assertThat(shed("in-flight", "other")).isEqualTo(shed + 3);
    Reply interrupted = RawRequest.post(path("interrupt") + "?clientToken=o").send(port());
    assertThat(new JsonObject(interrupted.body()).getBoolean("Result")).isTrue();
  }

  @Test
  void bodiesThatDoNotEndKeepNoInterruptOut() throws IOException {
    double shed = shed("bodies", "other");
    for (int i = 0; i < IN_FLIGHT; i++) {
      hold(RESTART, 1);
      awaitInFlight(i + 1);
    }
    hold(path("interrupt"), 1);
    awaitInFlight(IN_FLIGHT + 1);

    assertThat(RawRequest.post(path("interrupt")).send(port()).status()).isEqualTo(200);
    assertShed(held.get(0).read());
    assertThat(held.get(0).read()).isNull();
    assertThat(shed("bodies", "other")).isEqualTo(shed + 1);
    awaitInFlight(IN_FLIGHT);

    assertThat(RawRequest.post(path("interrupt")).json("{}").send(port()).status()).isEqualTo(200);
    assertThat(held.get(1).send("x").read().status()).isEqualTo(400);
  }

  @Test
  void bodiesThatDoNotEndLeaveRoomForThatOfAnInterrupt() throws IOException {
    hold("/v1/instances/none/nodes", 1024 * 1024);
    awaitInFlight(1);
    hold(path("interrupt"), 60_000);
    hold(path("interrupt"), 60_000);
    awaitInFlight(IN_FLIGHT);
    String body = "{\"a\":\"" + "x".repeat(50_000) + "\"}";

    assertThat(RawRequest.post(path("interrupt")).json(body).send(port()).status()).isEqualTo(200);

    assertShed(held.get(0).read());
    awaitInFlight(2);
  }

  @Test
  void aRequestThatIsAnsweredMakesRoomOnTheSameConnectionToo() throws IOException {
    for (int i = 0; i < IN_FLIGHT; i++) {
      hold(RESTART, 1);
    }
    awaitInFlight(IN_FLIGHT);
    try (RawHttp patient = RawHttp.connect(port())) {
      assertShed(patient.send(RawRequest.get(ALL).text()).read());

      assertThat(held.get(0).send("x").read().status()).isEqualTo(400);

      assertThat(patient.send(RawRequest.get(ALL).text()).read().status()).isEqualTo(200);
    }
  }

  @Test
  void aStreamThatIsResetMakesRoom() throws IOException {
    try (RawHttp2 http = service.connectHttp2(SERVER.trusted())) {
      for (int stream = 1; stream <= 2 * IN_FLIGHT; stream += 2) {
        http.request(stream, false, "POST", RESTART);
      }
      awaitInFlight(IN_FLIGHT);
      assertShed(http.get(7, ALL).reply(7));
      http.request(9, true, "POST", path("interrupt"));
      assertThat(http.reply(9).status()).isEqualTo(200);

      http.frame(RawHttp2.RST_STREAM, 0, 1, new byte[] {0, 0, 0, 8});

      assertThat(http.get(11, ALL).reply(11).status()).isEqualTo(200);
      http.frame(RawHttp2.DATA, RawHttp2.END_STREAM, 3, new byte[] {'x'});
      assertThat(http.reply(3).status()).isEqualTo(400);
      awaitInFlight(1);
    }
  }

  @Test
  void bodiesAreBoundedByWhatTheyAnnounce() throws IOException {
    double shed = shed("bodies", "other");
    hold("/v1/instances/none/nodes", 1024 * 1024);
    awaitInFlight(1);

    assertShed(RawRequest.post(ALL).json("{}").send(port()));
    assertThat(shed("bodies", "other")).isEqualTo(shed + 1);
    assertThat(get().status()).isEqualTo(200);
    assertThat(RawRequest.post(path("interrupt")).json("{}").send(port()).status()).isEqualTo(200);
  }

  @Test
  void bodiesAreBoundedByWhatHasArrivedWhenTheyAnnounceNothing() throws IOException {
    hold("/v1/instances/none/nodes", 1024 * 1024 - 10);
    awaitInFlight(1);
    try (RawHttp chunked = RawHttp.connect(port())) {
      chunked.send("POST " + ALL + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
      chunked.send("8\r\n01234567\r\n");
      Await.until(SOON, "it holds 8", () -> service.metric("holdpoint_bodies_bytes") == 1048574);
      chunked.send("8\r\n01234567\r\n");

      assertShed(chunked.read());
      assertThat(chunked.read()).isNull();
    }
  }

  @Test
  void aShedRequestIsNotWaitedFor() throws IOException {
    for (int i = 0; i < IN_FLIGHT; i++) {
      hold(RESTART, 1);
    }
    awaitInFlight(IN_FLIGHT);

    RawHttp shed = hold(RESTART, 100);

    Reply reply = shed.read();
    assertShed(reply);
    assertThat(reply.header("connection")).isEqualTo("close");
    assertThat(shed.read()).isNull();
  }

  private RawHttp hold(String path, int length) throws IOException {
    RawHttp http = RawHttp.connect(port());
    held.add(http);
    return http.send(
        "POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n");
  }

  private static void assertShed(Reply reply) {
    Envelope.assertRefused(reply, "ServiceUnavailable", "");
    assertThat(reply.header("x-acs-retry-after")).isEqualTo("1000");
  }

  private static void awaitInFlight(int count) {
    Await.until(
        SOON, count + " in flight", () -> service.metric("holdpoint_requests_in_flight") == count);
  }

  private static double shed(String bound, String kind) {
    return service.metric(
        "holdpoint_requests_shed_total{bound=\"" + bound + "\",kind=\"" + kind + "\"}");
  }

  private static Reply get() throws IOException {
    return RawRequest.get(ALL).send(port());
  }

  private static String path(String action) {
    return Operator.steer(instanceId, action, "").replace("?clientToken=", "");
  }

  private static int port() {
    return service.fixture().service().port();
  }
}
