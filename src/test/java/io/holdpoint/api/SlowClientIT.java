package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.InSoak;
import io.holdpoint.testkit.RawHttp;
import io.holdpoint.testkit.RawHttp2;
import io.holdpoint.testkit.TestDatabase;
import io.holdpoint.testkit.TestIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that connect and then take their time, or leave replies lying: closed, counted, and
 * nobody else suffers.
 */
@ExtendWith(DatabaseExtension.class)
class SlowClientIT {
  private static final TestIdentity SERVER = TestIdentity.of("holdpoint");
  private static final String GET = "GET /openapi/logstashes HTTP/1.1\r\nHost: h\r\n\r\n";

  private static TlsService service;
  private RawHttp idle;
  private double before;

  @BeforeAll
  static void start(TestDatabase database, @TempDir Path directory) {
    service =
        TlsService.start(
            database,
            directory,
            SERVER,
            Map.of("HOLDPOINT_HTTP_HEAD_DEADLINE", "2s", "HOLDPOINT_TLS_HANDSHAKE_TIMEOUT", "3s"));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @BeforeEach
  void connectSomebodyElse() throws IOException {
    before = service.metric("holdpoint_connections_slow_total");
    idle = RawHttp.connect(service.fixture().service().port());
    assertThat(idle.send(GET).read().status()).isEqualTo(200);
  }

  @AfterEach
  void oneConnectionWasClosedAndTheIdleOneGoesOn() throws IOException {
    Await.until(
        Duration.ofSeconds(5),
        "one is counted",
        () -> service.metric("holdpoint_connections_slow_total") > before);
    assertThat(service.metric("holdpoint_connections_slow_total")).isEqualTo(before + 1);
    assertThat(idle.send(GET).read().status()).isEqualTo(200);
    idle.close();
  }

  @Test
  void whoSaysNothing() throws IOException {
    try (RawHttp http = RawHttp.connect(service.fixture().service().port())) {
      assertThat(http.readToClose()).isEmpty();
    }
  }

  @Test
  void whoDoesNotEndAHead() throws IOException {
    try (RawHttp http = RawHttp.connect(service.fixture().service().port())) {
      assertThat(http.send("GET / HTTP/1.1\r\nHost:").readToClose()).isEmpty();
    }
  }

  @Test
  void whoDoesNotShakeHands() throws IOException {
    try (RawHttp http = RawHttp.connect(service.port())) {
      assertThat(http.send(new byte[] {0x16, 3, 1}).readToClose()).isEmpty();
    }
  }

  @InSoak
  @Test
  void whoShakesHandsAndSaysNothing() throws IOException {
    try (RawHttp http = service.connect(SERVER.trusted())) {
      assertThat(http.send(new byte[0]).readToClose()).isEmpty();
    }
  }

  @InSoak
  @Test
  void whoDoesNotBeginHttp2() throws IOException {
    try (RawHttp2 http = RawHttp2.handshake(service.port(), SERVER.trusted())) {
      assertThat(http.ending()).isNotEqualTo("goaway 1");
    }
  }

  @InSoak
  @Test
  void whoDoesNotEndAFrame() throws IOException {
    try (RawHttp2 http = service.connectHttp2(SERVER.trusted())) {
      assertThat(http.get(1, "/openapi/logstashes").reply(1).status()).isEqualTo(200);

      assertThat(http.send(new byte[] {0, 1, 0, 0}).ending()).isEqualTo("goaway 0");
    }
  }

  @InSoak
  @Test
  void whoDoesNotEndAHeadInSeveralFrames() throws IOException {
    try (RawHttp2 http = service.connectHttp2(SERVER.trusted())) {
      assertThat(http.get(1, "/openapi/logstashes").reply(1).status()).isEqualTo(200);

      http.frame(RawHttp2.HEADERS, 0, 3, RawHttp2.block(":method", "GET"));
      http.frame(RawHttp2.CONTINUATION, 0, 3, RawHttp2.block(":path", "/"));
      assertThat(http.ending()).isEqualTo("goaway 0");
    }
  }

  @InSoak
  @Test
  void whoOpensNoWindowForAReply() throws IOException {
    try (RawHttp2 http = RawHttp2.handshake(service.port(), SERVER.trusted())) {
      http.begin(new byte[] {0, 4, 0, 0, 0, 0}).get(1, "/openapi/logstashes");

      assertThat(http.ending()).isEqualTo("goaway 0");
    }
  }
}
