package io.holdpoint.webhook;

import static io.holdpoint.testkit.StoreSession.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.secret.Sealer;
import io.holdpoint.secret.SealingKeys;
import io.holdpoint.store.WebhookStore;
import io.holdpoint.task.Command;
import io.holdpoint.task.EventFilter;
import io.holdpoint.task.Fingerprint;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Ticket;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.StorePools;
import io.holdpoint.testkit.TestDatabase;
import io.holdpoint.testkit.WebhookReceiver;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Accounts side by side on one node, one of them with receivers that do not answer. */
@ExtendWith(DatabaseExtension.class)
class WebhookShareIT {
  private static final String KEY = "k q83vAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxw=";
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  @Test
  void slowReceiversOfOneAccountLeavePlacesToOthers(TestDatabase database) {
    Map<String, String> environment =
        Map.of(
            "HOLDPOINT_SECRET_KEY", KEY,
            "HOLDPOINT_WEBHOOK_TIMEOUT", "60s",
            "HOLDPOINT_WEBHOOK_LEASE", "120s",
            "HOLDPOINT_STREAM_PUBLISH_PAUSE", "5ms",
            "HOLDPOINT_WEBHOOK_ALLOWED_HOSTS", "http://127.0.0.1",
            "HOLDPOINT_WEBHOOK_POLL_INTERVAL", "20ms",
            "HOLDPOINT_WEBHOOK_MAX_IN_FLIGHT", "4",
            "HOLDPOINT_WEBHOOK_MAX_IN_FLIGHT_PER_ACCOUNT", "2");
    try (WebhookReceiver slow = new WebhookReceiver();
        WebhookReceiver quick = new WebhookReceiver();
        StorePools pools = new StorePools(database);
        ServiceFixture service = ServiceFixture.start(database.runtimeUri(), environment)) {
      slow.answers(request -> WebhookReceiver.HANG);
      WebhookStore webhooks =
          new WebhookStore(pools.database(), new Sealer(SealingKeys.parse(KEY, "a test")), 20);
      database.execute("INSERT INTO accounts (account_id) VALUES ('other')");
      for (int i = 0; i < 8; i++) {
        put(webhooks, "default", "s" + i, slow.url("/s" + i));
      }
      service.restart(service.createInstance(1));
      Await.until(
          Duration.ofSeconds(20), "the account has its share", () -> slow.received().size() == 2);

      put(webhooks, "other", "q", quick.url("/q"));
      database.execute(
          "INSERT INTO events (account_id, task_id, sequence, instance_id, kind, epoch, in_flight)"
              + " SELECT 'other', gen_random_uuid(), 1, 'ls-cn-1', 'step-done', 1, 0"
              + " FROM generate_series(1, 3)");

      assertThat(quick.await("/q", 3)).hasSize(3);
      assertThat(slow.mostInFlight()).isEqualTo(2);
    }
  }

  private static void put(WebhookStore webhooks, String account, String name, String url) {
    UUID requestId = UUID.randomUUID();
    Ticket ticket =
        new Ticket(
            account,
            Ticket.internalToken(requestId),
            requestId,
            Fingerprint.of(Operation.PUT_WEBHOOK, name),
            "a test",
            null,
            System.nanoTime() + TimeUnit.SECONDS.toNanos(30));
    Command.PutWebhook command =
        new Command.PutWebhook(ticket, name, url, EventFilter.ALL, null, false, SECRET);
    assertThat(await(webhooks.put(command)).kind()).isEqualTo(Outcome.Kind.APPLIED);
  }
}
