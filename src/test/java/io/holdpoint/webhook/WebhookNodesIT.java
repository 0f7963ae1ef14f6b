package io.holdpoint.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.ApiClient;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.ChildService;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.Operator;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import io.holdpoint.testkit.WebhookReceiver;
import io.holdpoint.testkit.WebhookReceiver.Received;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several nodes on one database: one of them has a webhook, and another follows it. */
@ExtendWith(DatabaseExtension.class)
class WebhookNodesIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Map<String, String> QUICK =
      Map.of(
          "HOLDPOINT_SECRET_KEY", "k q83vAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxw=",
          "HOLDPOINT_STREAM_PUBLISH_PAUSE", "5ms",
          "HOLDPOINT_WEBHOOK_ALLOWED_HOSTS", "http://127.0.0.1",
          "HOLDPOINT_WEBHOOK_POLL_INTERVAL", "20ms");

  private final WebhookReceiver receiver = new WebhookReceiver();
  private TestDatabase database;

  @BeforeEach
  void noWebhook(TestDatabase fresh) {
    database = fresh;
    database.execute("DELETE FROM webhooks");
  }

  @AfterEach
  void close() {
    receiver.close();
  }

  @Test
  void everyEventComesOnceThoughAllNodesSend() {
    try (ServiceFixture one = start(Map.of());
        ServiceFixture two = start(Map.of())) {
      int webhooks = 6;
      for (int i = 0; i < webhooks; i++) {
        put(one, "w" + i);
      }
      long before = streamEnd(database);
      for (int i = 0; i < 4; i++) {
        finishedRestart(i % 2 == 0 ? one : two);
      }
      long end = streamEnd(database);

      for (int i = 0; i < webhooks; i++) {
        String name = "w" + i;
        Await.until(SOON, name + " is sent", () -> position(one, name) == end);
        assertThat(receiver.received("/" + name))
            .extracting(Received::position)
            .isEqualTo(LongStream.rangeClosed(before + 1, end).boxed().toList());
      }
    }
  }

  @Test
  void aNodeThatDiesWhileItSendsIsFollowedByAnotherAfterItsLease() {
    Map<String, String> shortLease =
        Map.of("HOLDPOINT_WEBHOOK_LEASE", "1500ms", "HOLDPOINT_WEBHOOK_TIMEOUT", "700ms");
    try (ChildService dying = ChildService.start(database, with(shortLease))) {
      put(dying.api(), "w");
      receiver.answers(request -> WebhookReceiver.HANG);
      String instance = new Operator(dying.api()).createInstance(1);
      assertThat(new Operator(dying.api()).restart(instance).status()).isEqualTo(200);
      Received first = receiver.await("/w", 1).get(0);

      dying.kill();
      assertThat(database.count("SELECT count(*) FROM webhooks WHERE leased_by IS NOT NULL"))
          .isEqualTo(1);
      receiver.answers(request -> 200);
      try (ServiceFixture other = start(shortLease)) {
        List<Received> received = receiver.await("/w", 2);

        assertThat(received.get(1).id()).isEqualTo(first.id());
        Await.until(SOON, "it goes on", () -> position(other, "w") == streamEnd(database));
        assertThat(receiver.received("/w")).extracting(Received::position).isSorted();
      }
    }
  }

  @Test
  void aNodeThatStopsGivesItsWebhooksBackAtOnce() {
    try (ServiceFixture other = start(Map.of("HOLDPOINT_WEBHOOK_POLL_INTERVAL", "60s"))) {
      try (ServiceFixture stopping = start(Map.of())) {
        put(stopping, "w");
        receiver.answers(request -> WebhookReceiver.HANG);
        finishedRestart(stopping);
        receiver.await("/w", 1);
        long began = System.nanoTime();
        stopping.close();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(8));
      }
      assertThat(database.rows("SELECT leased_by, attempts, due_at <= now() AS due FROM webhooks"))
          .singleElement()
          .satisfies(
              row ->
                  assertThat(row)
                      .containsEntry("leased_by", null)
                      .containsEntry("attempts", 0)
                      .containsEntry("due", true));
      assertThat(receiver.received("/w")).hasSize(1);
      assertThat(other.api().get("/v1/webhooks/w").status()).isEqualTo(200);
    }
  }

  /** The operator may have taken the host or the key away since it was put. */
  @Test
  void aNodeThatMayNotSendOrCannotSignSaysSoAndCostsTheEventNothing() {
    try (ServiceFixture one = start(Map.of())) {
      put(one, "w");
    }
    String otherKey = "other AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxyrze8=";
    Map<String, Map<String, String>> reasons =
        Map.of(
            "its host is not allowed; see HOLDPOINT_WEBHOOK_ALLOWED_HOSTS",
            Map.of("HOLDPOINT_WEBHOOK_ALLOWED_HOSTS", "hooks.example"),
            "its secret cannot be opened: it is sealed with the key k",
            Map.of("HOLDPOINT_SECRET_KEY", otherKey));
    reasons.forEach(
        (why, environment) -> {
          database.execute("UPDATE webhooks SET due_at = now()");
          try (ServiceFixture unable = start(environment)) {
            finishedRestart(unable);
            Await.until(
                SOON,
                why,
                () -> {
                  JsonObject error = webhook(unable, "w").getJsonObject("lastError");
                  return error != null && error.getString("message").startsWith(why);
                });
            assertThat(webhook(unable, "w").getInteger("attempts")).isZero();
            assertThat(webhook(unable, "w").getInteger("deadLetters")).isZero();
          }
        });
    assertThat(receiver.received()).isEmpty();
    database.execute("UPDATE webhooks SET due_at = now()");
    try (ServiceFixture able = start(Map.of())) {
      Await.until(SOON, "it is sent", () -> position(able, "w") == streamEnd(database));
    }
    assertThat(receiver.received("/w")).isNotEmpty();
  }

  @Test
  void aDrainingNodeTakesNone() {
    try (ServiceFixture one = start(Map.of());
        ServiceFixture draining = start(Map.of())) {
      database.execute(
          "UPDATE service_nodes SET draining = true WHERE name LIKE '%:"
              + draining.service().port()
              + "'");
      String id =
          database.text(
              "SELECT node_id::text FROM service_nodes WHERE name LIKE '%:"
                  + draining.service().port()
                  + "'");
      Await.until(
          SOON,
          "it knows that it drains",
          () -> metric(draining, "holdpoint_node_draining ") == 1.0);
      put(one, "w");
      receiver.answers(
          request -> {
            assertThat(database.text("SELECT leased_by::text FROM webhooks")).isNotEqualTo(id);
            return 200;
          });
      finishedRestart(one);
      long end = streamEnd(database);

      Await.until(SOON, "it is sent", () -> position(one, "w") == end);

      assertThat(metric(draining, "holdpoint_webhook_attempts_total{outcome=\"taken\"}")).isZero();
      assertThat(metric(one, "holdpoint_webhook_attempts_total{outcome=\"taken\"}")).isPositive();
    }
  }

  private ServiceFixture start(Map<String, String> environment) {
    return ServiceFixture.start(database.runtimeUri(), with(environment));
  }

  private static Map<String, String> with(Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(QUICK);
    all.putAll(environment);
    return all;
  }

  private void put(ServiceFixture service, String name) {
    put(service.api(), name);
  }

  private void put(ApiClient api, String name) {
    JsonObject body = new JsonObject().put("url", receiver.url("/" + name));
    assertThat(api.send("PUT", "/v1/webhooks/" + name, body).status()).isEqualTo(200);
  }

  private static long position(ServiceFixture service, String name) {
    return webhook(service, name).getLong("position");
  }

  private static JsonObject webhook(ServiceFixture service, String name) {
    return service.api().get("/v1/webhooks/" + name).json().getJsonObject("Result");
  }

  private static double metric(ServiceFixture service, String name) {
    return new ApiClient(service.service().managementPort())
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElseThrow();
  }

  private static long streamEnd(TestDatabase database) {
    Await.until(
        SOON,
        "all events have a position",
        () ->
            database.count("SELECT count(*) FROM stream_entries")
                == database.count("SELECT count(*) FROM events"));
    return database.count("SELECT coalesce(max(position), 0) FROM stream_entries");
  }

  private static void finishedRestart(ServiceFixture service) {
    String instance = service.createInstance(1);
    assertThat(service.restart(instance).status()).isEqualTo(200);
    Await.until(
        SOON,
        "the restart is done, on whichever node",
        () -> service.task(instance).getString("state").equals("succeeded"));
  }
}
