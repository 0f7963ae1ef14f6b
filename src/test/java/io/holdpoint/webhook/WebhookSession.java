package io.holdpoint.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.EventKind;
import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import io.holdpoint.testkit.WebhookReceiver;
import io.holdpoint.testkit.WebhookReceiver.Received;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A webhook of a running service, its receiver, and what its account sees of it. */
@RunningService({
  "HOLDPOINT_SECRET_KEY=k q83vAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxw=",
  "HOLDPOINT_STREAM_PUBLISH_PAUSE=5ms",
  "HOLDPOINT_WEBHOOK_ALLOWED_HOSTS=http://127.0.0.1",
  "HOLDPOINT_WEBHOOK_MAX_PER_ACCOUNT=3",
  "HOLDPOINT_WEBHOOK_ATTEMPTS=3",
  "HOLDPOINT_WEBHOOK_BACKOFF=5ms",
  "HOLDPOINT_WEBHOOK_MAX_BACKOFF=20ms",
  "HOLDPOINT_WEBHOOK_TIMEOUT=500ms",
  "HOLDPOINT_WEBHOOK_LEASE=5s",
  "HOLDPOINT_WEBHOOK_POLL_INTERVAL=20ms",
  "HOLDPOINT_WEBHOOK_MAX_DEAD_LETTERS=4"
})
abstract class WebhookSession {
  static final Duration SOON = Duration.ofSeconds(20);
  static ServiceFixture service;
  static TestDatabase database;

  final WebhookReceiver receiver = new WebhookReceiver();
  final String name = "w-" + UUID.randomUUID();
  final String target = "/" + name;

  @BeforeAll
  static void start(ServiceFixture running, TestDatabase fresh) {
    service = running;
    database = fresh;
  }

  @BeforeEach
  void noOtherWebhook() {
    database.execute("DELETE FROM webhooks");
  }

  @AfterEach
  void close() {
    receiver.close();
  }

  static String kind(Received request) {
    return request.event().getString("kind");
  }

  Reply put(JsonObject more) {
    return api("PUT", "", body(more));
  }

  JsonObject body(JsonObject more) {
    return more.copy().put("url", receiver.url(target));
  }

  Reply api(String method, String path, @Nullable JsonObject body) {
    return service.api().send(method, "/v1/webhooks/" + name + path, body);
  }

  static String secret(Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.json().getJsonObject("Result").getString("secret");
  }

  JsonObject webhook() {
    Reply reply = api("GET", "", null);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.json().getJsonObject("Result");
  }

  JsonArray letters() {
    return api("GET", "/dead-letters", null)
        .json()
        .getJsonObject("Result")
        .getJsonArray("deadLetters");
  }

  int redeliver(String query) {
    Reply reply = service.api().post("/v1/webhooks/" + name + "/dead-letters/redeliver" + query);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.json().getJsonObject("Result").getInteger("deadLetters");
  }

  void awaitCaughtUp() {
    Await.until(
        SOON,
        "everything is sent",
        () ->
            webhook().getLong("position").equals(webhook().getLong("streamEnd"))
                && webhook().getLong("streamEnd") == database.count("SELECT count(*) FROM events"));
  }

  static long streamEnd() {
    Await.until(
        SOON,
        "all events have a position",
        () ->
            database.count("SELECT count(*) FROM stream_entries")
                == database.count("SELECT count(*) FROM events"));
    return database.count("SELECT max(position) FROM stream_entries");
  }

  static List<Long> from(long first, int count) {
    return LongStream.range(first, first + count).boxed().toList();
  }

  static String finishedRestart() {
    String instance = service.createInstance(1);
    assertThat(service.restart(instance).status()).isEqualTo(200);
    service.await(instance, EventKind.SUCCEEDED);
    return instance;
  }
}
