package io.holdpoint.store;

import static io.holdpoint.testkit.StoreSession.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.Answer;
import io.holdpoint.task.AuditCursor;
import io.holdpoint.task.AuditDecision;
import io.holdpoint.task.AuditRecord;
import io.holdpoint.task.Query;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.StorePools;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The audit trail in the table: written once, read newest first, forgotten in time. */
@ExtendWith(DatabaseExtension.class)
class AuditStoreIT {
  private static final Instant NOON = Instant.parse("2026-05-27T12:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  private static StorePools pools;
  private static AuditStore store;
  private static TestDatabase database;

  @BeforeAll
  static void open(TestDatabase fresh) {
    database = fresh;
    pools = new StorePools(fresh);
    store = new AuditStore(pools.database());
  }

  @AfterAll
  static void close() {
    pools.close();
  }

  @BeforeEach
  void begin() {
    database.execute("TRUNCATE audit_records");
  }

  private static AuditRecord record(
      String accountId,
      Instant at,
      String principal,
      @Nullable String instanceId,
      AuditDecision decision) {
    return new AuditRecord(
        UUID.randomUUID(),
        accountId,
        at,
        UUID.randomUUID(),
        "HPKEY",
        principal,
        "elasticsearch:InterruptLogstashTask",
        true,
        instanceId == null ? null : "acs:elasticsearch:cn-hangzhou:a:logstashes/" + instanceId,
        instanceId,
        "10.0.0.1",
        decision,
        decision == AuditDecision.ALLOWED ? null : "Forbidden.RAM");
  }

  private static AuditRecord allowed(Instant at) {
    return record("default", at, "deploy", "ls-1", AuditDecision.ALLOWED);
  }

  private static Answer.Audit list(Query.ListAudit query) {
    return (Answer.Audit) await(store.list(query));
  }

  private static Query.ListAudit all(String accountId) {
    return new Query.ListAudit(accountId, null, null, null, null, null, null, 100);
  }

  @Test
  void isReadBackAsItWasWritten() {
    AuditRecord full = record("default", NOON, "deploy", "ls-1", AuditDecision.DENIED);
    AuditRecord bare =
        new AuditRecord(
            UUID.randomUUID(),
            "default",
            NOON.minusNanos(1_000),
            UUID.randomUUID(),
            null,
            "unsigned 10.0.0.1",
            "elasticsearch:ListLogstash",
            false,
            null,
            null,
            "10.0.0.1",
            AuditDecision.UNAVAILABLE,
            null);

    await(store.append(List.of(bare, full)));

    assertThat(list(all("default")).records()).containsExactly(full, bare);
    assertThat(list(all("default")).next()).isNull();
  }

  @Test
  void writtenAgainItIsThereOnce() {
    List<AuditRecord> batch = List.of(allowed(NOON), allowed(NOON));
    await(store.append(batch));
    await(store.append(batch));
    List<AuditRecord> overlapping = new ArrayList<>(batch);
    overlapping.add(allowed(NOON));
    await(store.append(overlapping));

    assertThat(database.count("SELECT count(*) FROM audit_records")).isEqualTo(3);
  }

  @Test
  void pagesGoFromTheNewestBackAndMissNothing() {
    List<AuditRecord> written = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      // Many of the same time: the record's id decides between them.
      written.add(allowed(NOON.plusSeconds(i / 10)));
    }
    Collections.shuffle(written, new java.util.Random(1));
    await(store.append(written.subList(0, 500)));
    await(store.append(written.subList(500, 1_000)));

    List<AuditRecord> read = new ArrayList<>();
    AuditCursor cursor = null;
    do {
      Answer.Audit page =
          list(new Query.ListAudit("default", null, null, null, null, null, cursor, 37));
      read.addAll(page.records());
      cursor = page.next();
      // What is decided meanwhile is newer and not on a later page.
      await(store.append(List.of(allowed(NOON.plusSeconds(1_000)))));
    } while (cursor != null);

    assertThat(read).hasSize(1_000).containsExactlyInAnyOrderElementsOf(written);
    assertThat(read)
        .isSortedAccordingTo(java.util.Comparator.comparing(AuditRecord::at).reversed());
  }

  @Test
  void timesPrincipalInstanceAndDecisionNarrowItDown() {
    AuditRecord a = record("default", NOON, "ann", "ls-1", AuditDecision.ALLOWED);
    AuditRecord b = record("default", NOON.plusSeconds(1), "bob", "ls-1", AuditDecision.DENIED);
    AuditRecord c = record("default", NOON.plusSeconds(2), "ann", "ls-2", AuditDecision.DENIED);
    AuditRecord d = record("default", NOON.plusSeconds(3), "ann", null, AuditDecision.THROTTLED);
    await(store.append(List.of(a, b, c, d)));

    assertThat(found(null, null, null, null, null)).containsExactly(d, c, b, a);
    assertThat(found(NOON.plusSeconds(1), NOON.plusSeconds(3), null, null, null))
        .containsExactly(c, b);
    assertThat(found(null, null, "ann", null, null)).containsExactly(d, c, a);
    assertThat(found(null, null, null, "ls-1", null)).containsExactly(b, a);
    assertThat(found(null, null, null, null, AuditDecision.DENIED)).containsExactly(c, b);
    assertThat(found(null, null, null, null, AuditDecision.ALLOWED)).containsExactly(a);
    assertThat(found(null, null, "ann", null, AuditDecision.DENIED)).containsExactly(c);
    assertThat(found(null, null, "ann", "ls-1", null)).containsExactly(a);
    assertThat(found(null, null, "bob", "ls-1", AuditDecision.ALLOWED)).isEmpty();
    assertThat(found(NOON, NOON, null, null, null)).isEmpty();
  }

  private static List<AuditRecord> found(
      @Nullable Instant from,
      @Nullable Instant until,
      @Nullable String principal,
      @Nullable String instanceId,
      @Nullable AuditDecision decision) {
    var query =
        new Query.ListAudit("default", from, until, principal, instanceId, decision, null, 100);
    return list(query).records();
  }

  @Test
  void nobodySeesAnotherAccountsRecords() {
    await(
        store.append(
            List.of(
                record("tenant-a", NOON, "u", "ls-1", AuditDecision.ALLOWED),
                record("tenant-b", NOON, "u", "ls-1", AuditDecision.DENIED),
                record(AuditRecord.NO_ACCOUNT, NOON, "u", "ls-1", AuditDecision.DENIED))));

    for (String account : List.of("tenant-a", "tenant-b")) {
      assertThat(list(all(account)).records())
          .singleElement()
          .extracting(AuditRecord::accountId)
          .isEqualTo(account);
      var byAll = new Query.ListAudit(account, null, null, "u", "ls-1", null, null, 100);
      assertThat(list(byAll).records()).hasSize(1);
    }
    var refused =
        new Query.ListAudit("tenant-a", null, null, null, null, AuditDecision.DENIED, null, 100);
    assertThat(list(refused).records()).isEmpty();
  }

  @Test
  void oldRecordsOfAllAccountsGoOldestFirstAndNoMoreThanAsked() {
    Instant now =
        Instant.parse(database.text("SELECT to_json(now() AT TIME ZONE 'UTC')#>>'{}'") + "Z");
    List<AuditRecord> all = new ArrayList<>();
    for (String account : List.of("a", "b", AuditRecord.NO_ACCOUNT)) {
      for (int day = 0; day < 10; day++) {
        all.add(
            record(account, now.minus(DAY.multipliedBy(day)), "u", null, AuditDecision.ALLOWED));
      }
    }
    await(store.append(all));
    Duration retention = Duration.ofDays(4).plusHours(1);

    assertThat(await(store.purge(retention, 7))).isEqualTo(7);
    assertThat(ages("-")).containsExactly(0, 1, 2, 3, 4);
    assertThat(ages("a")).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    assertThat(await(store.purge(retention, 7))).isEqualTo(7);
    assertThat(await(store.purge(retention, 7))).isEqualTo(1);

    assertThat(ages("a")).containsExactly(0, 1, 2, 3, 4);
    assertThat(ages("b")).containsExactly(0, 1, 2, 3, 4);
    assertThat(await(store.purge(retention, 7))).isZero();
  }

  private static List<Integer> ages(String account) {
    return database
        .rows(
            "SELECT round(extract(epoch FROM now() - at) / 86400)::integer AS days"
                + " FROM audit_records WHERE account_id = '"
                + account
                + "' ORDER BY at DESC")
        .stream()
        .map(row -> (Integer) row.get("days"))
        .toList();
  }

  @Test
  void twoPurgesAtOncePassEachOtherBy() {
    Instant old = NOON.minus(Duration.ofDays(3_000));
    await(store.append(Collections.nCopies(20, 0).stream().map(i -> allowed(old)).toList()));
    Future<Integer> one = store.purge(DAY, 6);
    Future<Integer> other = store.purge(DAY, 6);

    int purged = await(one) + await(other);

    assertThat(purged).isLessThanOrEqualTo(12);
    assertThat(database.count("SELECT count(*) FROM audit_records")).isEqualTo(20L - purged);
  }
}
