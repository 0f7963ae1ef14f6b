package io.holdpoint.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.EventKind;
import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.SseClient;
import io.holdpoint.testkit.TestDatabase;
import io.holdpoint.testkit.WebhookReceiver;
import io.holdpoint.testkit.WebhookReceiver.Received;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events as a receiver gets them, kind or unkind, and what its account sees of that. */
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
class WebhookIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static ServiceFixture service;
  private static TestDatabase database;

  private final WebhookReceiver receiver = new WebhookReceiver();
  private final String name = "w-" + UUID.randomUUID();
  private final String target = "/" + name;

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

  @Test
  void everyEventComesOnceInOrderAndSigned() {
    String secret = secret(put(new JsonObject()));
    long before = webhook().getLong("position");
    String instance = finishedRestart();
    int events = service.history(instance).size();

    List<Received> received = receiver.await(target, events);

    assertThat(received).extracting(Received::position).isEqualTo(from(before + 1, events));
    try (SseClient stream =
        SseClient.open(service.service().port(), "/v1/events?after=" + before, Map.of())) {
      for (Received request : received) {
        assertThat(request.isSignedWith(secret)).isTrue();
        assertThat(request.type()).isEqualTo("application/json");
        assertThat(request.id()).endsWith("_" + request.position());
        assertThat(request.event()).isEqualTo(stream.next().json());
        assertThat(request.json().getString("type"))
            .isEqualTo("task." + request.event().getString("kind"));
        assertThat(request.json().getString("timestamp"))
            .isEqualTo(request.event().getString("at"));
        assertThat(Long.parseLong(request.timestamp()))
            .isBetween(Instant.now().getEpochSecond() - 60, Instant.now().getEpochSecond());
      }
    }
    assertThat(receiver.mostInFlight()).isEqualTo(1);
    awaitCaughtUp();
    assertThat(webhook().getString("deliveredAt")).isNotNull();
    assertThat(receiver.received()).hasSize(events);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 404, 302, WebhookReceiver.HANG, WebhookReceiver.CUT})
  void nothingIsLostOrOvertakenWhileTheReceiverIsUnwell(int status) {
    put(new JsonObject().put("kinds", new JsonArray().add("created").add("succeeded")));
    List<String> seen = new ArrayList<>();
    receiver.answers(
        request -> {
          synchronized (seen) {
            seen.add(request.id());
            // Each event twice in vain.
            return seen.stream().filter(request.id()::equals).count() < 3 ? status : 200;
          }
        });

    finishedRestart();
    finishedRestart();
    List<Received> received = receiver.await(target, 12);

    awaitCaughtUp();
    assertThat(received).hasSize(12);
    assertThat(received).extracting(Received::position).isSorted();
    for (int i = 0; i < 12; i += 3) {
      assertThat(received.subList(i, i + 3))
          .extracting(Received::id)
          .containsOnly(received.get(i).id());
      assertThat(received.subList(i, i + 3))
          .extracting(Received::body)
          .containsOnly(received.get(i).body());
    }
    assertThat(received).extracting(r -> r.event().getString("kind")).endsWith("succeeded");
    assertThat(webhook().getInteger("deadLetters")).isZero();
    assertThat(webhook().getJsonObject("lastError").getString("message"))
        .contains(
            status == WebhookReceiver.HANG
                ? "no answer within 500 ms"
                : status == WebhookReceiver.CUT
                    ? "closed"
                    : status == 302 ? "redirects are not followed" : "answered " + status);
    assertThat(receiver.received("/elsewhere")).isEmpty();
  }

  @Test
  void anEventThatIsRefusedTooOftenIsADeadLetterAndTheNextOneComes() {
    put(new JsonObject().put("kinds", new JsonArray().add("created").add("succeeded")));
    receiver.answers(request -> kind(request).equals("created") ? 500 : 200);

    finishedRestart();
    List<Received> received = receiver.await(target, 4);

    awaitCaughtUp();
    assertThat(received)
        .extracting(WebhookIT::kind)
        .containsExactly("created", "created", "created", "succeeded");
    JsonObject letter = letters().getJsonObject(0);
    assertThat(letter.getLong("position")).isEqualTo(received.get(0).position());
    assertThat(letter.getInteger("attempts")).isEqualTo(3);
    assertThat(letter.getString("error")).isEqualTo("answered 500: status 500");
    assertThat(letter.getJsonObject("event")).isEqualTo(received.get(0).event());
    assertThat(webhook().getInteger("deadLetters")).isEqualTo(1);

    // One that fails once more stays what it is.
    assertThat(redeliver("?position=" + letter.getLong("position"))).isEqualTo(1);
    receiver.await(target, 5);
    Await.until(
        SOON, "a fourth failure", () -> letters().getJsonObject(0).getInteger("attempts") == 4);
    assertThat(letters().getJsonObject(0).getBoolean("redelivering")).isFalse();

    receiver.answers(request -> 200);
    assertThat(redeliver("")).isEqualTo(1);
    List<Received> again = receiver.await(target, 6);
    Await.until(SOON, "no dead letter", () -> letters().isEmpty());
    assertThat(again.get(5).id()).isEqualTo(again.get(0).id());
    assertThat(again.get(5).body()).isEqualTo(again.get(0).body());
    assertThat(redeliver("")).isZero();
  }

  @Test
  void deadLettersCanBeDropped() {
    put(new JsonObject().put("kinds", new JsonArray().add("created")));
    receiver.answers(request -> 500);
    finishedRestart();
    finishedRestart();
    Await.until(SOON, "two dead letters", () -> letters().size() == 2);
    long second = letters().getJsonObject(1).getLong("position");

    Reply dropped = api("DELETE", "/dead-letters?position=" + second, null);

    assertThat(dropped.json().getJsonObject("Result").getInteger("deadLetters")).isEqualTo(1);
    assertThat(letters()).hasSize(1);
    assertThat(api("DELETE", "/dead-letters?position=" + second, null).code())
        .isEqualTo("DeadLetterNotFound");
    api("DELETE", "/dead-letters", null);
    assertThat(letters()).isEmpty();
  }

  @Test
  void asManyDeadLettersAsThereMayBePauseIt() {
    put(new JsonObject());
    receiver.answers(request -> 500);

    finishedRestart();

    Await.until(SOON, "a pause", () -> "dead-letters".equals(webhook().getString("paused")));
    assertThat(webhook().getInteger("deadLetters")).isEqualTo(4);
    assertThat(webhook().getLong("position")).isLessThan(webhook().getLong("streamEnd"));
    assertThat(receiver.received()).hasSize(12);
  }

  @Test
  void aReceiverThatIsGonePausesItUntilItIsPutAgain() {
    put(new JsonObject());
    receiver.answers(request -> 410);
    finishedRestart();
    Await.until(SOON, "a pause", () -> "gone".equals(webhook().getString("paused")));
    long position = webhook().getLong("position");

    finishedRestart();

    assertThat(webhook().getLong("position")).isEqualTo(position);
    assertThat(receiver.received()).hasSize(1);
    assertThat(webhook().getInteger("deadLetters")).isZero();
    receiver.answers(request -> 200);
    put(new JsonObject());
    List<Received> received = receiver.await(target, 2);
    assertThat(received.get(1).id()).isEqualTo(received.get(0).id());
    awaitCaughtUp();
  }

  @Test
  void onlyWhatIsWantedIsSent() {
    String wanted = service.createInstance(1);
    put(
        new JsonObject()
            .put("instanceId", wanted)
            .put("kinds", new JsonArray().add("started").add("succeeded")));
    finishedRestart();
    service.restart(wanted);
    service.await(wanted, EventKind.SUCCEEDED);

    List<Received> received = receiver.await(target, 2);

    awaitCaughtUp();
    assertThat(receiver.received()).hasSize(2);
    assertThat(received).extracting(WebhookIT::kind).containsExactly("started", "succeeded");
    assertThat(received).allMatch(r -> r.event().getString("instanceId").equals(wanted));
  }

  @Test
  void itBeginsWhereItIsTold() {
    finishedRestart();
    long end = streamEnd();
    put(new JsonObject().put("after", end - 2));
    assertThat(receiver.await(target, 2))
        .extracting(Received::position)
        .isEqualTo(from(end - 1, 2));
    awaitCaughtUp();

    put(new JsonObject().put("after", end - 1));

    List<Received> again = receiver.await(target, 3);
    assertThat(again.get(2).id()).isEqualTo(again.get(1).id());
    JsonObject beyond = put(new JsonObject().put("after", 999_999_999)).json();
    assertThat(beyond.getJsonObject("Result").getLong("position")).isEqualTo(end);
  }

  @Test
  void theSecretIsShownOnceAndANewOneReplacesIt() {
    JsonObject body = body(new JsonObject());
    Reply made = api("PUT", "?clientToken=" + name, body);
    String secret = secret(made);
    assertThat(secret).matches("whsec_[A-Za-z0-9+/]{43}=");

    Reply again = api("PUT", "?clientToken=" + name, body);
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(again.json().getJsonObject("Result").getBoolean("secretIssued")).isTrue();
    Reply replaced = put(new JsonObject());
    assertThat(replaced.json().getJsonObject("Result").getBoolean("secretIssued")).isFalse();
    String key = secret.substring("whsec_".length());
    for (Reply reply :
        List.of(again, replaced, api("GET", "", null), service.api().get("/v1/webhooks"))) {
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.body()).doesNotContain("whsec_", key);
    }
    assertThat(
            database.text(
                    "SELECT string_agg(w::text || encode(w.sealed, 'escape'), '') FROM webhooks w")
                + database.text("SELECT string_agg(c::text, '') FROM commands c"))
        .contains(name)
        .doesNotContain("whsec_", key);

    String rotated = secret(put(new JsonObject().put("rotateSecret", true)));
    finishedRestart();
    Received first = receiver.await(target, 1).get(0);
    assertThat(first.isSignedWith(rotated)).isTrue();
    assertThat(first.isSignedWith(secret)).isFalse();
  }

  @Test
  void oneTokenHasOneEffect() {
    JsonObject rotate = body(new JsonObject().put("rotateSecret", true));
    api("PUT", "?clientToken=" + name, rotate);
    String sealed = database.text("SELECT sealed::text FROM webhooks");

    assertThat(api("PUT", "?clientToken=" + name, rotate).status()).isEqualTo(200);

    assertThat(database.text("SELECT sealed::text FROM webhooks")).isEqualTo(sealed);
    assertThat(api("PUT", "?clientToken=" + name, body(new JsonObject())).code())
        .isEqualTo("IdempotentParameterMismatch");
    assertThat(api("DELETE", "?clientToken=d" + name, null).result()).isEqualTo(true);
    api("PUT", "", rotate);
    assertThat(api("DELETE", "?clientToken=d" + name, null).result()).isEqualTo(true);
    assertThat(webhook().getString("name")).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://127.0.0.1/",
        "http://127.0.0.2/",
        "http://localhost/",
        "https://hooks.example.com/",
        "http://169.254.169.254/latest/meta-data"
      })
  void aHostThatIsNotAllowedIsRefusedWithWhatToDo(String url) {
    Reply refused = api("PUT", "", new JsonObject().put("url", url));

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.code()).isEqualTo("WebhookHostNotAllowed");
    assertThat(refused.json().getString("Message")).contains("HOLDPOINT_WEBHOOK_ALLOWED_HOSTS");
    assertThat(database.count("SELECT count(*) FROM webhooks")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'url':'http://user@127.0.0.1/'}",
        "{'url':'http://127.0.0.1/#x'}",
        "{'url':'ftp://127.0.0.1/'}",
        "{'url':'http://127.0.0.1/ x'}",
        "{'url':'http://127.0.0.1/LONG'}",
        "{'url':'http://127.0.0.1/','kinds':['exploded']}",
        "{'url':'http://127.0.0.1/','kinds':[]}",
        "{'url':'http://127.0.0.1/','after':-1}",
        "{'url':'http://127.0.0.1/','secret':'whsec_x'}"
      })
  void whatCannotBeMeantIsRefused(String body) {
    String json = body.replace('\'', '"').replace("LONG", "x".repeat(2_048));

    Reply refused = service.api().sendText("PUT", "/v1/webhooks/" + name, json);

    assertThat(refused.status()).as(refused.body()).isEqualTo(400);
    assertThat(refused.code()).isEqualTo("InvalidParameter");
  }

  @Test
  void anAccountHasOnlySoMany() {
    for (int i = 0; i < 3; i++) {
      assertThat(service.api().send("PUT", "/v1/webhooks/n" + i, body(new JsonObject())).status())
          .isEqualTo(200);
    }
    assertThat(put(new JsonObject()).code()).isEqualTo("WebhookLimitExceeded");
    assertThat(service.api().send("PUT", "/v1/webhooks/n1", body(new JsonObject())).status())
        .isEqualTo(200);
    service.api().send("DELETE", "/v1/webhooks/n0", null);
    assertThat(put(new JsonObject()).status()).isEqualTo(200);
  }

  @Test
  void aDeletedOneSendsNothing() {
    put(new JsonObject());
    finishedRestart();
    awaitCaughtUp();
    int before = receiver.received().size();

    assertThat(api("DELETE", "", null).result()).isEqualTo(true);
    put(new JsonObject().put("instanceId", "ls-cn-none"));
    finishedRestart();
    awaitCaughtUp();

    assertThat(receiver.received()).hasSize(before);
  }

  private static String kind(Received request) {
    return request.event().getString("kind");
  }

  private Reply put(JsonObject more) {
    return api("PUT", "", body(more));
  }

  private JsonObject body(JsonObject more) {
    return more.copy().put("url", receiver.url(target));
  }

  private Reply api(String method, String path, @Nullable JsonObject body) {
    return service.api().send(method, "/v1/webhooks/" + name + path, body);
  }

  private static String secret(Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.json().getJsonObject("Result").getString("secret");
  }

  private JsonObject webhook() {
    Reply reply = api("GET", "", null);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.json().getJsonObject("Result");
  }

  private JsonArray letters() {
    return api("GET", "/dead-letters", null)
        .json()
        .getJsonObject("Result")
        .getJsonArray("deadLetters");
  }

  private int redeliver(String query) {
    Reply reply = service.api().post("/v1/webhooks/" + name + "/dead-letters/redeliver" + query);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.json().getJsonObject("Result").getInteger("deadLetters");
  }

  private void awaitCaughtUp() {
    Await.until(
        SOON,
        "everything is sent",
        () ->
            webhook().getLong("position").equals(webhook().getLong("streamEnd"))
                && webhook().getLong("streamEnd") == database.count("SELECT count(*) FROM events"));
  }

  private static long streamEnd() {
    Await.until(
        SOON,
        "all events have a position",
        () ->
            database.count("SELECT count(*) FROM stream_entries")
                == database.count("SELECT count(*) FROM events"));
    return database.count("SELECT max(position) FROM stream_entries");
  }

  private static List<Long> from(long first, int count) {
    return LongStream.range(first, first + count).boxed().toList();
  }

  private static String finishedRestart() {
    String instance = service.createInstance(1);
    assertThat(service.restart(instance).status()).isEqualTo(200);
    service.await(instance, EventKind.SUCCEEDED);
    return instance;
  }
}
