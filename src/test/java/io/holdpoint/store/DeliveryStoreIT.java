package io.holdpoint.store;

import static io.holdpoint.testkit.StoreSession.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.config.HoldpointConfig;
import io.holdpoint.secret.Sealer;
import io.holdpoint.secret.SealingKeys;
import io.holdpoint.secret.SecretException;
import io.holdpoint.store.DeliveryStore.Claim;
import io.holdpoint.store.DeliveryStore.Failed;
import io.holdpoint.store.DeliveryStore.Mark;
import io.holdpoint.task.Answer;
import io.holdpoint.task.Command;
import io.holdpoint.task.EventFilter;
import io.holdpoint.task.EventKind;
import io.holdpoint.task.Fingerprint;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Query;
import io.holdpoint.task.StreamEntry;
import io.holdpoint.task.Ticket;
import io.holdpoint.task.WebhookPause;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.Parallel;
import io.holdpoint.testkit.StorePools;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who has a webhook, for how long, and when it is tried again; by the database's clock alone. */
@ExtendWith(DatabaseExtension.class)
class DeliveryStoreIT {
  private static final String OLD = SealingKeys.generate();
  private static final String NEW = SealingKeys.generate();
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private static final DeliveryStore.Policy POLICY =
      new DeliveryStore.Policy(
          Duration.ofSeconds(30), 3, Duration.ofSeconds(4), Duration.ofSeconds(10), 2);

  private final Vertx vertx = Vertx.vertx();
  private final UUID node = UUID.randomUUID();
  private TestDatabase rows;
  private Database database;
  private DeliveryStore store;

  @BeforeEach
  void open(TestDatabase shared) {
    rows = shared;
    shared.execute("TRUNCATE webhooks, webhook_dead_letters, events, streams, stream_entries");
    HoldpointConfig config =
        HoldpointConfig.load(null, Map.of("HOLDPOINT_POSTGRES_URI", shared.runtimeUri()));
    database = new Database(vertx, config.postgres(), shared.runtimeUri());
    store = store(node, OLD);
  }

  @AfterEach
  void close() {
    await(database.close());
    await(vertx.close());
  }

  private DeliveryStore store(UUID nodeId, String key) {
    return new DeliveryStore(
        database, new Sealer(SealingKeys.parse(key, "a test")), nodeId, POLICY);
  }

  @Test
  void onlyWhatHasSomethingToSendIsTakenTheLongestDueFirst() {
    put("b", null, EventFilter.ALL);
    put("a", null, EventFilter.ALL);
    take(store, 10).forEach(nothing -> await(store.giveBack(nothing, 0)));
    assertThat(take(store, 10)).isEmpty();
    stream(2);
    await(store.wake(List.of("other", "default")));
    rows.execute("UPDATE webhooks SET due_at = due_at - interval '1 hour' WHERE name = 'b'");

    assertThat(take(store, 1)).extracting(Claim::name).containsExactly("b");
    assertThat(take(store, 10)).extracting(Claim::name).containsExactly("a");
    assertThat(take(store, 10)).isEmpty();
  }

  /** A newer build beside this one may have put it. */
  @Test
  void aKindThatThisBuildDoesNotKnowIsOfNoEventAndHoldsNoOtherUp() {
    put("a", null, EventFilter.ALL);
    put("b", null, EventFilter.ALL);
    put("c", null, EventFilter.ALL);
    rows.execute("UPDATE webhooks SET kinds = '{foretold}' WHERE name = 'a'");
    rows.execute("UPDATE webhooks SET kinds = '{foretold,held}' WHERE name = 'b'");

    List<Claim> claims = take(store, 10);

    assertThat(claims).hasSize(3);
    assertThat(claims)
        .filteredOn(claim -> !claim.name().equals("c"))
        .extracting(claim -> claim.name() + claim.filter().kinds())
        .containsExactlyInAnyOrder("a[]", "b[HELD]");
    WebhookStore webhooks = new WebhookStore(database, null, 20);
    assertThat(
            ((Answer.Webhooks) await(webhooks.list(new Query.ListWebhooks("default")))).webhooks())
        .hasSize(3);
  }

  @Test
  void aClaimHoldsWhatWasPut() {
    EventFilter filter = new EventFilter("ls-cn-1", Set.of(EventKind.STARTED, EventKind.HELD));
    put("w", null, filter);
    stream(1);

    Claim claim = claim();

    assertThat(claim.filter()).isEqualTo(filter);
    assertThat(claim.url()).isEqualTo("https://hooks.example/w?key=hush");
    assertThat(claim.position()).isZero();
    assertThat(store.secret(claim)).isEqualTo(SECRET);
    assertThat(claim.toString()).doesNotContain("hush", SECRET);
    assertThatThrownBy(() -> store(node, NEW).secret(claim))
        .isInstanceOf(SecretException.class)
        .hasMessageContaining("add that key");
  }

  @Test
  void anAccountGetsNoMoreThanItsShareOfANode() {
    for (int i = 0; i < 5; i++) {
      put("w" + i, null, EventFilter.ALL);
    }
    rows.execute(
        "INSERT INTO accounts (account_id) VALUES ('other') ON CONFLICT DO NOTHING; INSERT INTO"
            + " webhooks (account_id, name, webhook_id, slot, url, sealed, key_id, position) SELECT"
            + " 'other', 'late', gen_random_uuid(), 1, url, sealed, key_id, 0 FROM webhooks LIMIT 1;"
            + " UPDATE webhooks SET due_at = now() - interval '1 hour' WHERE account_id = 'default'");

    assertThat(names(await(store.claim(4, 3, Map.of("default", 1)))))
        .containsExactlyInAnyOrder("default", "default", "other");
    assertThat(await(store.claim(4, 3, Map.of("default", 3, "other", 1)))).isEmpty();
    assertThat(names(await(store.claim(4, 3, Map.of("default", 2, "other", 1)))))
        .containsExactly("default");
    assertThat(names(take(store, 10))).containsExactly("default", "default");
  }

  private static List<String> names(List<Claim> claims) {
    return claims.stream().map(Claim::accountId).toList();
  }

  @Test
  void nodesAtTheSameTimeTakeEachOnce() {
    for (int i = 0; i < 20; i++) {
      put("w" + i, null, EventFilter.ALL);
    }
    stream(1);
    List<String> taken = Collections.synchronizedList(new ArrayList<>());
    List<Runnable> nodes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      DeliveryStore other = store(UUID.randomUUID(), OLD);
      nodes.add(
          () -> {
            for (int round = 0; round < 8; round++) {
              take(other, 3).forEach(claim -> taken.add(claim.name()));
            }
          });
    }

    Parallel.run(nodes);

    assertThat(taken).doesNotHaveDuplicates().hasSize(20);
  }

  @Test
  void whoLostTheLeaseWritesNothing() {
    put("w", null, EventFilter.ALL);
    stream(3);
    Claim lost = claim();
    rows.execute("UPDATE webhooks SET due_at = now()");
    Claim held = take(store(UUID.randomUUID(), OLD), 1).get(0);
    String before = row();

    assertThat(await(store.advance(lost, 1))).isFalse();
    assertThat(await(store.fail(lost, 1, "an error", false))).isEmpty();
    assertThat(await(store.giveBack(lost, 3))).isFalse();
    assertThat(await(store.postpone(lost, "why", Duration.ofSeconds(1)))).isFalse();
    assertThat(await(store.redelivered(lost, 1))).isFalse();
    assertThat(await(store.notRedelivered(lost, 1, "an error", true))).isFalse();

    assertThat(row()).isEqualTo(before);
    assertThat(await(store.advance(held, 1))).isTrue();
  }

  @Test
  void aChangeTakesItFromWhoeverHasIt() {
    put("w", null, EventFilter.ALL);
    stream(1);
    Claim held = claim();

    put("w", null, EventFilter.ALL);

    assertThat(await(store.advance(held, 1))).isFalse();
    assertThat(take(store, 1)).hasSize(1);
  }

  @Test
  void aLeaseIsRenewedByADeliveryAndEndsByItself() {
    put("w", null, EventFilter.ALL);
    stream(3);
    Claim claim = claim();
    assertThat(secondsToDue()).isBetween(25.0, 30.0);
    rows.execute("UPDATE webhooks SET due_at = now() + interval '1 second'");

    assertThat(await(store.advance(claim, 1))).isTrue();

    assertThat(secondsToDue()).isBetween(25.0, 30.0);
    assertThat(await(store.advance(claim, 1))).as("the same again").isFalse();
    rows.execute("UPDATE webhooks SET due_at = now()");
    assertThat(take(store, 1))
        .singleElement()
        .satisfies(again -> assertThat(again.position()).isEqualTo(1));
  }

  @Test
  void waitsGrowUpToTheLongestAndAThirdFailureIsADeadLetter() {
    put("w", null, EventFilter.ALL);
    stream(3);

    assertThat(await(store.fail(claim(), 1, "first", false))).contains(new Failed(1, null));
    assertThat(secondsToDue()).isBetween(1.5, 4.0);
    assertThat(await(store.fail(claimNow(), 1, "second", false))).contains(new Failed(2, null));
    assertThat(secondsToDue()).isBetween(3.5, 8.0);
    assertThat(await(store.fail(claimNow(), 1, "third", false))).contains(new Failed(0, null));
    assertThat(secondsToDue()).isLessThan(0.1);

    assertThat(letters()).containsExactly("1 3 third");
    Claim next = claim();
    assertThat(next.position()).isEqualTo(1);
    // Still away: it waits as long as it did.
    await(store.fail(next, 2, "fourth", false));
    assertThat(secondsToDue()).isBetween(4.5, 10.0);
    assertThat(await(store.advance(claimNow(), 2))).isTrue();
    rows.execute("UPDATE webhooks SET due_at = now()");
    await(store.fail(claim(), 3, "after a success", false));
    assertThat(secondsToDue()).isBetween(1.5, 4.0);
  }

  @Test
  void asManyDeadLettersAsThereMayBePauseIt() {
    put("w", null, EventFilter.ALL);
    stream(3);
    Optional<Failed> last = Optional.empty();
    for (int position = 1; position <= 2; position++) {
      for (int attempt = 0; attempt < 3; attempt++) {
        last = await(store.fail(claimNow(), position, "no", false));
      }
    }

    assertThat(last).contains(new Failed(0, WebhookPause.DEAD_LETTERS));
    assertThat(take(store, 1)).isEmpty();
  }

  @Test
  void aReceiverThatIsGoneCostsTheEventNothing() {
    put("w", null, EventFilter.ALL);
    stream(1);

    assertThat(await(store.fail(claim(), 1, "answered 410", true)))
        .contains(new Failed(1, WebhookPause.GONE));

    rows.execute("UPDATE webhooks SET due_at = now()");
    assertThat(take(store, 1)).isEmpty();
    assertThat(letters()).isEmpty();
    put("w", null, EventFilter.ALL);
    assertThat(claim().position()).isZero();
  }

  @Test
  void deadLettersAreSentAgainOnlyWhenSomebodyAsks() {
    put("w", null, EventFilter.ALL);
    stream(1);
    for (int attempt = 0; attempt < 3; attempt++) {
      await(store.fail(claimNow(), 1, "no", false));
    }
    await(store.giveBack(claim(), 1));
    assertThat(take(store, 1)).isEmpty();

    assertThat(settle(Operation.REDELIVER_DEAD_LETTERS, 1L).result())
        .isEqualTo("{\"deadLetters\":1}");

    Claim claim = claim();
    assertThat(await(store.asked(claim, 10))).extracting(StreamEntry::position).containsExactly(1L);
    assertThat(await(store.notRedelivered(claim, 1, "not again", false))).isTrue();
    assertThat(letters()).containsExactly("1 4 not again");
    assertThat(await(store.asked(claim, 10))).isEmpty();
    settle(Operation.REDELIVER_DEAD_LETTERS, null);
    assertThat(await(store.redelivered(claim, 1))).isTrue();
    assertThat(letters()).isEmpty();
    assertThat(settle(Operation.DROP_DEAD_LETTERS, null).result()).isEqualTo("{\"deadLetters\":0}");
    assertThat(settle(Operation.DROP_DEAD_LETTERS, 1L))
        .isEqualTo(Outcome.refused(Outcome.Refusal.UNKNOWN_DEAD_LETTER));
  }

  @Test
  void whatHasNothingLeftIsIdleUntilItsStreamGrows() {
    put("w", null, EventFilter.ALL);
    stream(2);
    Claim some = claim();
    await(store.giveBack(some, 1));
    Claim all = claim();
    await(store.giveBack(all, 2));
    assertThat(all.position()).isEqualTo(1);
    rows.execute("UPDATE webhooks SET due_at = now() - interval '1 hour'");
    await(store.wake(List.of("default")));
    assertThat(take(store, 1)).isEmpty();

    rows.execute("UPDATE streams SET position = 3");

    assertThat(take(store, 1)).isEmpty();
    await(store.wake(List.of("another")));
    assertThat(take(store, 1)).isEmpty();
    await(store.wake(List.of("default")));
    assertThat(claim().position()).isEqualTo(2);
  }

  /** The news comes while it is being given back, by a statement that began before. */
  @Test
  void whatGrowsUnseenWhileItIsGivenBackIsFoundByTheSweep() throws Exception {
    put("w", null, EventFilter.ALL);
    stream(1);
    Claim claim = claim();
    try (StorePools patient = StorePools.patient(rows);
        Connection other = rows.connect()) {
      DeliveryStore slow = new DeliveryStore(patient.database(), null, node, POLICY);
      other.setAutoCommit(false);
      try (Statement lock = other.createStatement()) {
        lock.execute("SELECT FROM webhooks FOR UPDATE");
      }
      Future<Boolean> giving = slow.giveBack(claim, 1);
      awaitALockedStatement();
      rows.execute("UPDATE streams SET position = 2");
      await(store.wake(List.of("default")));
      other.commit();
      assertThat(await(giving)).isTrue();
    }
    assertThat(take(store, 1)).as("that it was missed").isEmpty();

    assertThat(await(store.sweep(Mark.START, 10))).isEqualTo(new Mark("default", "w"));

    assertThat(claim().position()).isEqualTo(1);
    assertThat(await(store.sweep(new Mark("default", "w"), 10))).isEqualTo(Mark.START);
  }

  @Test
  void deadLettersThatAreAskedForWhileItIsGivenBackAreNotForgotten() throws Exception {
    put("w", null, EventFilter.ALL);
    stream(1);
    for (int attempt = 0; attempt < 3; attempt++) {
      await(store.fail(claimNow(), 1, "no", false));
    }
    Claim claim = claim();
    try (StorePools patient = StorePools.patient(rows);
        Connection other = rows.connect()) {
      DeliveryStore slow = new DeliveryStore(patient.database(), null, node, POLICY);
      other.setAutoCommit(false);
      Future<Boolean> giving;
      // As a redelivery does, each statement of it by its name.
      try (PreparedStatement ask = other.prepareStatement(jdbc("redeliver_dead_letters"));
          PreparedStatement hurry = other.prepareStatement(jdbc("hurry_webhook"));
          PreparedStatement lock = other.prepareStatement(jdbc("lock_webhook"))) {
        for (PreparedStatement each : List.of(lock, ask, hurry)) {
          each.setString(1, "default");
          each.setString(2, "w");
        }
        ask.setNull(3, Types.BIGINT);
        ask.setNull(4, Types.BIGINT);
        lock.execute();
        giving = slow.giveBack(claim, 1);
        awaitALockedStatement();
        ask.execute();
        hurry.execute();
      }
      other.commit();
      assertThat(await(giving)).isTrue();
    }

    assertThat(await(store.asked(claim(), 10))).hasSize(1);
  }

  private static String jdbc(String name) {
    return Statements.statement(name).replaceAll("\\$\\d+", "?");
  }

  private void awaitALockedStatement() {
    Await.until(
        Duration.ofSeconds(10),
        "it waits for the lock",
        () ->
            rows.count(
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                        + " AND usename = 'holdpoint'")
                > 0);
  }

  @Test
  void secretsAreSealedAnewWhereTheOldKeyIsAtHand() {
    put("w", null, EventFilter.ALL);
    stream(1);
    WebhookStore both =
        new WebhookStore(database, new Sealer(SealingKeys.parse(NEW + OLD, "a test")), 20);

    assertThat(await(both.reseal())).isEqualTo(1);

    assertThat(store(node, NEW).secret(claim())).isEqualTo(SECRET);
  }

  private void put(String name, @Nullable Long after, EventFilter filter) {
    WebhookStore webhooks =
        new WebhookStore(database, new Sealer(SealingKeys.parse(OLD, "a test")), 20);
    String url = "https://hooks.example/" + name + "?key=hush";
    Command.PutWebhook command =
        new Command.PutWebhook(
            ticket(Operation.PUT_WEBHOOK), name, url, filter, after, false, SECRET);
    assertThat(command.toString()).doesNotContain("hush", SECRET);
    assertThat(await(webhooks.put(command)).kind()).isEqualTo(Outcome.Kind.APPLIED);
  }

  private Outcome settle(Operation operation, @Nullable Long position) {
    WebhookStore webhooks = new WebhookStore(database, null, 20);
    return await(
        webhooks.settle(
            new Command.SettleDeadLetters(operation, ticket(operation), "w", position)));
  }

  private static Ticket ticket(Operation operation) {
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

  private static List<Claim> take(DeliveryStore by, int limit) {
    return await(by.claim(limit, 100, Map.of()));
  }

  private Claim claim() {
    return take(store, 1).get(0);
  }

  private Claim claimNow() {
    rows.execute("UPDATE webhooks SET due_at = now()");
    return claim();
  }

  /** Events at positions from 1. */
  private void stream(int events) {
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

  private String row() {
    return rows.text("SELECT w::text FROM webhooks w");
  }

  private double secondsToDue() {
    return Double.parseDouble(
        rows.text(
            "SELECT extract(epoch FROM due_at - clock_timestamp())::double precision FROM webhooks"));
  }

  private List<String> letters() {
    return rows
        .rows(
            "SELECT position || ' ' || attempts || ' ' || error AS letter FROM webhook_dead_letters"
                + " ORDER BY position")
        .stream()
        .map(row -> (String) row.get("letter"))
        .toList();
  }
}
