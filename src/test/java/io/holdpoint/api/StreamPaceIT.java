package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an event stream does while its client reads slowly, not at all, or has nothing to read. */
class StreamPaceIT {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int MANY = 300;

  /** Timers of every stream: for comments, and for its age. */
  private static final int ALWAYS_THERE = 2;

  private StreamServer server;

  @BeforeEach
  void start() throws Exception {
    server = new StreamServer();
  }

  @AfterEach
  void close() throws Exception {
    server.close();
  }

  @Test
  void nothingIsReadAheadOfAClientThatDoesNotRead() throws IOException {
    server.grow(MANY);
    try (StreamReader client = server.open()) {
      client.readHead();
      awaitUnread();

      server.grow(MANY + 1);
      server.turnTheLoop();

      assertThat(server.readAfter()).containsExactly(0L);
    }
  }

  @Test
  void aSlowClientThatReadsOnMissesNothingAndIsNotLetGo() throws IOException {
    server.grow(MANY);
    try (StreamReader client = server.open()) {
      awaitUnread();
      server.time().pass(29_999);

      client.readEntries(1, MANY);

      Await.until(SOON, "room", () -> server.time().waiting() == ALWAYS_THERE);
      server.time().pass(1);
      server.grow(MANY + 1);
      client.readEntries(MANY + 1, MANY + 1);
    }
  }

  @Test
  void aClientThatReadsNothingForHalfAMinuteIsLetGo() throws IOException {
    server.grow(MANY);
    try (StreamReader client = server.open()) {
      awaitUnread();
      server.time().pass(29_999);
      server.turnTheLoop();
      assertThat(server.isOver()).isFalse();

      server.time().pass(1);

      Await.until(SOON, "the stream's end", server::isOver);
      assertThat(client.readToEnd()).isLessThan(MANY);
      assertThat(server.time().waiting()).isZero();
      server.grow(MANY + 1);
      server.turnTheLoop();
      assertThat(server.readAfter()).containsExactly(0L);
    }
  }

  @Test
  void aClientThatGoesWhileItIsBehindLeavesNothingBehind() throws IOException {
    server.grow(MANY);
    try (StreamReader client = server.open()) {
      client.readHead();
      awaitUnread();
    }
    Await.until(SOON, "the stream's end", server::isOver);
    assertThat(server.time().waiting()).isZero();
  }

  @Test
  void aSilentStreamIsKeptAliveByComments() throws IOException {
    try (StreamReader client = server.open()) {
      client.readHead();
      server.time().pass(14_999);
      server.grow(1);
      client.readEntries(1, 1);

      server.time().pass(15_000);
      server.grow(2);
      client.readEntries(2, 2);

      server.time().pass(30_000);
      assertThat(client.readComment()).isEqualTo(":\n\n");
      server.time().pass(15_000);
      assertThat(client.readComment()).isEqualTo(":\n\n");
    }
  }

  @Test
  void aClientThatIsBehindGetsNoComments() throws IOException {
    try (StreamReader client = server.open()) {
      client.readHead();
      server.time().pass(14_999);
      server.grow(MANY);
      awaitUnread();

      server.time().pass(29_999);

      client.readEntries(1, MANY);
    }
  }

  @Test
  void aStreamEndsAtItsAge() throws IOException {
    try (StreamReader client = server.open()) {
      client.readHead();
      server.time().pass(15 * 60_000 - 1);
      server.turnTheLoop();
      assertThat(server.isOver()).isFalse();

      server.time().pass(1);

      Await.until(SOON, "the stream's end", server::isOver);
      assertThat(server.time().waiting()).isZero();
    }
  }

  @Test
  void overHttp2OnlyTheStreamIsLetGo() throws Exception {
    server.grow(MANY);
    HttpClient http =
        server
            .vertx()
            .createHttpClient(
                new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false));
    HttpConnection stream =
        get(http, StreamServer.EVENTS)
            .map(response -> response.exceptionHandler(reset -> {}).pause().request().connection())
            .await(10, TimeUnit.SECONDS);
    awaitUnread();

    server.time().pass(30_000);

    Await.until(SOON, "the stream's end", server::isOver);
    HttpConnection other =
        get(http, "/other")
            .compose(response -> response.end().map(ended -> response.request().connection()))
            .await(10, TimeUnit.SECONDS);
    assertThat(other.localAddress()).isEqualTo(stream.localAddress());
  }

  private Future<HttpClientResponse> get(HttpClient http, String path) {
    return http.request(HttpMethod.GET, server.port(), StreamServer.HOST, path)
        .compose(HttpClientRequest::send);
  }

  /** Beside the timers of every stream, that for a client that does not read. */
  private void awaitUnread() {
    Await.until(SOON, "a full buffer", () -> server.time().waiting() > ALWAYS_THERE);
  }
}
