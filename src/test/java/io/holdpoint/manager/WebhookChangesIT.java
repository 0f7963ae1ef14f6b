package io.holdpoint.manager;

import static io.holdpoint.testkit.StoreSession.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.config.HoldpointConfig;
import io.holdpoint.secret.Sealer;
import io.holdpoint.secret.SealingKeys;
import io.holdpoint.store.Database;
import io.holdpoint.store.WebhookStore;
import io.holdpoint.task.Command;
import io.holdpoint.task.EventFilter;
import io.holdpoint.task.Fingerprint;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Ticket;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who gets the secret of a webhook: the request that brought it about, and nobody else. */
@ExtendWith(DatabaseExtension.class)
class WebhookChangesIT {
  private final Vertx vertx = Vertx.vertx();
  private final String name = "w-" + UUID.randomUUID();
  private Database database;
  private WebhookChanges changes;

  @BeforeEach
  void open(TestDatabase shared) {
    HoldpointConfig config =
        HoldpointConfig.load(null, Map.of("HOLDPOINT_POSTGRES_URI", shared.runtimeUri()));
    database = new Database(vertx, config.postgres(), shared.runtimeUri());
    Sealer sealer = new Sealer(SealingKeys.parse(SealingKeys.generate(), "a test"));
    changes =
        new WebhookChanges(
            new WebhookStore(database, sealer, 20),
            new Retry(millis -> Future.succeededFuture(), System::nanoTime));
  }

  @AfterEach
  void close() {
    await(database.close());
    await(vertx.close());
  }

  /** As after a commit whose reply was lost. */
  @Test
  void theSameRequestAgainHasTheSecretAndAnotherOneWithItsTokenHasNot() {
    String token = UUID.randomUUID().toString();
    Command.PutWebhook first = put(token, "whsec_first");

    Outcome applied = await(changes.apply(first));
    Outcome own = await(changes.apply(first));
    Outcome repeat = await(changes.apply(put(token, "whsec_second")));

    assertThat(applied.kind()).isEqualTo(Outcome.Kind.APPLIED);
    assertThat(secret(applied)).isEqualTo("whsec_first");
    assertThat(own.kind()).isEqualTo(Outcome.Kind.REPLAYED);
    assertThat(secret(own)).isEqualTo("whsec_first");
    assertThat(repeat.originalRequestId()).isEqualTo(first.ticket().requestId());
    assertThat(secret(repeat)).isEmpty();
  }

  @Test
  void aPutThatMadeNoSecretHasNone() {
    await(changes.apply(put(UUID.randomUUID().toString(), "whsec_first")));

    Outcome replaced = await(changes.apply(put(UUID.randomUUID().toString(), "whsec_second")));

    assertThat(secret(replaced)).isEmpty();
  }

  private static String secret(Outcome outcome) {
    return new JsonObject(String.valueOf(outcome.result())).getString("secret", "");
  }

  private Command.PutWebhook put(String token, String secret) {
    Ticket ticket =
        new Ticket(
            "default",
            token,
            UUID.randomUUID(),
            Fingerprint.of(Operation.PUT_WEBHOOK, name),
            "a test",
            null,
            System.nanoTime() + TimeUnit.SECONDS.toNanos(30));
    return new Command.PutWebhook(
        ticket, name, "https://hooks.example/", EventFilter.ALL, null, false, secret);
  }
}
