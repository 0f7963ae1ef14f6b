package io.holdpoint.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.LogicalCopy;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.SseClient;
import io.holdpoint.testkit.StoppablePostgres;
import io.holdpoint.testkit.TestDatabase;
import io.holdpoint.testkit.WebhookReceiver;
import io.holdpoint.testkit.WebhookReceiver.Received;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service on a database that was restored, on another server, from a copy of some time ago. */
class RestoreIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String TARGET = "/pager";

  private final WebhookReceiver receiver = new WebhookReceiver();
  @TempDir Path first;
  @TempDir Path second;
  private StoppablePostgres lost;
  private StoppablePostgres found;

  @BeforeEach
  void start() {
    lost = new StoppablePostgres(first);
    found = new StoppablePostgres(second);
  }

  @AfterEach
  void stop() {
    lost.close();
    found.close();
    receiver.close();
  }

  private static ServiceFixture serviceOn(TestDatabase database) {
    return ServiceFixture.start(
        database.runtimeUri(),
        Map.of(
            "HOLDPOINT_WORKER", "off",
            "HOLDPOINT_SECRET_KEY", "k q83vAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxw=",
            "HOLDPOINT_WEBHOOK_POLL_INTERVAL", "20ms",
            "HOLDPOINT_WEBHOOK_ALLOWED_HOSTS", "http://127.0.0.1"));
  }

  @Test
  void whatTheCopyHasHoldsAndWhoHasReadOnIsTold() {
    String instance;
    long copied;
    LogicalCopy copy;
    try (ServiceFixture service = serviceOn(lost.database())) {
      JsonObject webhook = new JsonObject().put("url", receiver.url(TARGET));
      assertThat(service.api().send("PUT", "/v1/webhooks/pager", webhook).status()).isEqualTo(200);
      instance = service.createInstance(1);
      assertThat(service.restart(instance).status()).isEqualTo(200);
      assertThat(service.interrupt(instance, token()).result()).isEqualTo(true);
      copied = service.history(instance).size();
      awaitSent(lost.database(), copied);
      copy = LogicalCopy.of(lost.database());
      assertThat(service.resume(instance, token()).result()).isEqualTo(true);
      awaitSent(lost.database(), copied + 1);
    }

    copy.into(found.database());
    try (ServiceFixture service = serviceOn(found.database())) {
      assertThat(service.status(instance)).isEqualTo("suspended");
      Reply ahead = service.api().get("/v1/events?after=" + (copied + 1));
      assertThat(ahead.status()).isEqualTo(400);
      assertThat(ahead.code()).isEqualTo("EventPositionNotFound");
      assertThat(ahead.body()).contains("position " + copied + ",");
      try (SseClient client = open(service, copied)) {
        assertThat(service.resume(instance, token()).result()).isEqualTo(true);
        assertThat(service.interrupt(instance, token()).result()).isEqualTo(true);
        assertThat(List.of(client.next(), client.next()))
            .extracting(message -> message.position() + " " + message.event())
            .containsExactly((copied + 1) + " resumed", (copied + 2) + " interrupted");
      }
      awaitSent(found.database(), service.history(instance).size());
    }
    assertThatTheReceiverTellsWhatItGotTwiceFromWhatIsNew(copied);
  }

  private void assertThatTheReceiverTellsWhatItGotTwiceFromWhatIsNew(long copied) {
    List<Received> received = receiver.received(TARGET);
    assertThat(received).extracting(Received::id).doesNotHaveDuplicates();
    assertThat(received.subList(0, (int) copied + 1))
        .extracting(Received::position)
        .isEqualTo(LongStream.rangeClosed(1, copied + 1).boxed().toList());
    assertThat(received.subList((int) copied + 1, received.size()))
        .extracting(Received::position)
        .isEqualTo(LongStream.range(copied + 1, received.size()).boxed().toList());
  }

  private static SseClient open(ServiceFixture service, long last) {
    Map<String, String> headers = Map.of("Last-Event-ID", Long.toString(last));
    SseClient client = SseClient.open(service.service().port(), "/v1/events", headers);
    assertThat(client.status()).isEqualTo(200);
    return client;
  }

  /** The webhook has delivered all events, and says so. */
  private static void awaitSent(TestDatabase database, long events) {
    Await.until(
        SOON,
        "the webhook is at " + events,
        () ->
            database.count("SELECT coalesce(max(position), 0) FROM webhooks WHERE idle") == events);
  }

  private static String token() {
    return UUID.randomUUID().toString();
  }
}
