package io.holdpoint.store;

import static io.holdpoint.testkit.StoreSession.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.secret.Sealer;
import io.holdpoint.secret.SealingKeys;
import io.holdpoint.store.DeliveryStore.Claim;
import io.holdpoint.task.Command;
import io.holdpoint.task.EventFilter;
import io.holdpoint.task.Fingerprint;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Ticket;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.StorePools;
import io.holdpoint.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** A database whose webhooks a test puts, takes and gives back. */
@ExtendWith(DatabaseExtension.class)
abstract class DeliverySession {
  static final String OLD = SealingKeys.generate();
  static final String NEW = SealingKeys.generate();
  static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  static final DeliveryStore.Policy POLICY =
      new DeliveryStore.Policy(
          Duration.ofSeconds(30), 3, Duration.ofSeconds(4), Duration.ofSeconds(10), 2);

  final UUID node = UUID.randomUUID();
  TestDatabase rows;
  StorePools pools;
  Database database;
  DeliveryStore store;

  @BeforeEach
  void open(TestDatabase shared) {
    rows = shared;
    shared.execute("TRUNCATE webhooks, webhook_dead_letters, events, streams, stream_entries");
    pools = new StorePools(shared);
    database = pools.database();
    store = store(node, OLD);
  }

  @AfterEach
  void close() {
    pools.close();
  }

  DeliveryStore store(UUID nodeId, String key) {
    return new DeliveryStore(
        database, new Sealer(SealingKeys.parse(key, "a test")), nodeId, POLICY);
  }

  void put(String name, @Nullable Long after, EventFilter filter) {
    WebhookStore webhooks =
        new WebhookStore(database, new Sealer(SealingKeys.parse(OLD, "a test")), 20);
    String url = "https://hooks.example/" + name + "?key=hush";
    Command.PutWebhook command =
        new Command.PutWebhook(
            ticket(Operation.PUT_WEBHOOK), name, url, filter, after, false, SECRET);
    assertThat(command.toString()).doesNotContain("hush", SECRET);
    assertThat(await(webhooks.put(command)).kind()).isEqualTo(Outcome.Kind.APPLIED);
  }

  Outcome settle(Operation operation, @Nullable Long position) {
    WebhookStore webhooks = new WebhookStore(database, null, 20);
    return await(
        webhooks.settle(
            new Command.SettleDeadLetters(operation, ticket(operation), "w", position)));
  }

  static Ticket ticket(Operation operation) {
    UUID requestId = UUID.randomUUID();
    return new Ticket(
        "default",
        Ticket.internalToken(requestId),
        requestId,
        Fingerprint.of(operation, ""),
        "a test",
        null,
        System.nanoTime() + TimeUnit.SECONDS.toNanos(30));
  }

  static List<Claim> take(DeliveryStore by, int limit) {
    return await(by.claim(limit, 100, Map.of()));
  }

  Claim claim() {
    return take(store, 1).get(0);
  }

  Claim claimNow() {
    rows.execute("UPDATE webhooks SET due_at = now()");
    return claim();
  }

  /** Events at positions from 1. */
  void stream(int events) {
    UUID task = UUID.randomUUID();
    rows.execute(
        "INSERT INTO events (account_id, task_id, sequence, instance_id, kind, epoch, in_flight)"
            + " SELECT 'default', '"
            + task
            + "', n, 'ls-cn-1', 'step-done', 1, 0 FROM generate_series(1, "
            + events
            + ") n; INSERT INTO stream_entries (account_id, position, task_id, sequence)"
            + " SELECT account_id, sequence, task_id, sequence FROM events;"
            + " INSERT INTO streams (account_id, position) VALUES ('default', "
            + events
            + ")");
  }

  String row() {
    return rows.text("SELECT w::text FROM webhooks w");
  }

  double secondsToDue() {
    return Double.parseDouble(
        rows.text(
            "SELECT extract(epoch FROM due_at - clock_timestamp())::double precision FROM webhooks"));
  }

  List<String> letters() {
    return rows
        .rows(
            "SELECT position || ' ' || attempts || ' ' || error AS letter FROM webhook_dead_letters"
                + " ORDER BY position")
        .stream()
        .map(row -> (String) row.get("letter"))
        .toList();
  }
}
