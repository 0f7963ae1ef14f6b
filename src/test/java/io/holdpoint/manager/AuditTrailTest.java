package io.holdpoint.manager;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.config.AuditConfig;
import io.holdpoint.store.StoreException;
import io.holdpoint.task.AuditDecision;
import io.holdpoint.task.AuditRecord;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When records are written, how they survive an outage, and which give way. */
class AuditTrailTest {
  private static final int MOST = 1_500;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<List<AuditRecord>> written = new ArrayList<>();
  private final ArrayDeque<Promise<Void>> inFlight = new ArrayDeque<>();
  private final ArrayDeque<Promise<Void>> pauses = new ArrayDeque<>();
  private final List<Long> pauseMillis = new ArrayList<>();
  private @Nullable String poison;

  private final AuditTrail trail =
      new AuditTrail(
          this::append, this::pause, new AuditConfig(Duration.ofDays(90), MOST), registry);

  private Future<Void> append(List<AuditRecord> records) {
    if (poison != null && records.stream().anyMatch(each -> each.action().equals(poison))) {
      return Future.failedFuture(new PgException("played by a test", "ERROR", "22021", ""));
    }
    written.add(List.copyOf(records));
    Promise<Void> end = Promise.promise();
    inFlight.add(end);
    return end.future();
  }

  private Future<Void> pause(long millis) {
    Promise<Void> over = Promise.promise();
    pauses.add(over);
    pauseMillis.add(millis);
    return over.future();
  }

  private static AuditRecord of(String action, boolean changing, AuditDecision decision) {
    return new AuditRecord(
        UUID.randomUUID(),
        "default",
        Instant.EPOCH,
        UUID.randomUUID(),
        "HPKEY",
        "deploy",
        action,
        changing,
        null,
        null,
        "10.0.0.1",
        decision,
        null);
  }

  private static AuditRecord change(String action) {
    return of(action, true, AuditDecision.ALLOWED);
  }

  private static AuditRecord read(String action) {
    return of(action, false, AuditDecision.ALLOWED);
  }

  private static AuditRecord stranger(String action) {
    AuditRecord denied = of(action, true, AuditDecision.DENIED);
    return new AuditRecord(
        denied.recordId(),
        AuditRecord.NO_ACCOUNT,
        denied.at(),
        denied.requestId(),
        "who",
        "unknown",
        action,
        true,
        null,
        null,
        denied.source(),
        denied.decision(),
        "InvalidAccessKeyId.NotFound");
  }

  private List<String> actions() {
    return written.stream().flatMap(List::stream).map(AuditRecord::action).toList();
  }

  private double dropped(String worth) {
    return registry.get("holdpoint.audit.dropped").tag("worth", worth).counter().count();
  }

  @Test
  void aLoneRecordIsWrittenAfterAMoment() {
    trail.record(change("a"));
    trail.record(read("b"));
    assertThat(written).isEmpty();
    assertThat(pauseMillis).containsExactly(200L);

    pauses.remove().complete();

    assertThat(actions()).containsExactlyInAnyOrder("a", "b");
    assertThat(written).hasSize(1);
  }

  @Test
  void fiveHundredAreWrittenAtOnce() {
    IntStream.range(0, 499).forEach(i -> trail.record(change("a")));
    assertThat(written).isEmpty();

    trail.record(change("b"));

    assertThat(written).hasSize(1);
    assertThat(written.get(0)).hasSize(500);
  }

  @Test
  void oneStatementIsInFlight() {
    IntStream.range(0, 1_400).forEach(i -> trail.record(change("a" + i)));
    assertThat(written).hasSize(1);

    inFlight.remove().complete();
    assertThat(written).hasSize(2);
    inFlight.remove().complete();
    assertThat(written).as("the rest waits for more, or for its moment").hasSize(2);
    pauses.forEach(Promise::tryComplete);
    inFlight.remove().complete();

    assertThat(actions()).hasSize(1_400).doesNotHaveDuplicates();
  }

  @Test
  void theSameBatchIsWrittenAgainUntilTheDatabaseIsBack() {
    trail.record(change("a"));
    pauses.remove().complete();
    for (int i = 0; i < 6; i++) {
      inFlight.remove().fail(StoreException.of(new java.io.IOException("connection reset")));
      trail.record(change("later-" + i));
      pauses.removeLast().complete();
    }
    assertThat(written).hasSize(7).allMatch(batch -> batch.equals(written.get(0)));
    assertThat(pauseMillis)
        .contains(200L, 400L, 800L, 1_600L, 2_000L)
        .allMatch(millis -> millis <= 2_000);

    inFlight.remove().complete();
    pauses.forEach(Promise::tryComplete);

    assertThat(written.get(7)).hasSize(6);
  }

  @Test
  void whenFullReadsGiveWayFirstThenStrangersThenTheNewest() {
    trail.record(change("in flight"));
    pauses.remove().complete();
    int room = MOST - AuditTrail.BATCH;
    IntStream.range(0, room / 2).forEach(i -> trail.record(read("read-" + i)));
    IntStream.range(0, room / 2).forEach(i -> trail.record(stranger("stranger-" + i)));
    assertThat(dropped("allowed-read")).isZero();

    trail.record(read("one read more"));
    assertThat(dropped("allowed-read")).isEqualTo(1);
    IntStream.range(0, room).forEach(i -> trail.record(change("change-" + i)));
    assertThat(dropped("allowed-read")).isEqualTo(1 + room / 2);
    assertThat(dropped("unknown-caller")).isEqualTo(room / 2);
    assertThat(dropped("decision")).isZero();
    trail.record(stranger("one stranger more"));
    trail.record(change("one change more"));

    assertThat(dropped("unknown-caller")).isEqualTo(room / 2 + 1);
    assertThat(dropped("decision")).isEqualTo(1);
    assertThat(registry.get("holdpoint.audit.waiting").gauge().value()).isEqualTo(room);
    inFlight.remove().complete();
    inFlight.remove().complete();
    inFlight.remove().complete();
    assertThat(actions()).startsWith("in flight", "change-0").endsWith("change-" + (room - 1));
  }

  @Test
  void oneThatCannotBeWrittenCostsNoOther() {
    poison = "poison";
    IntStream.range(0, 100).forEach(i -> trail.record(change("good-" + i)));
    trail.record(change("poison"));
    IntStream.range(100, 200).forEach(i -> trail.record(change("good-" + i)));

    pauses.remove().complete();
    while (!inFlight.isEmpty()) {
      inFlight.remove().complete();
    }

    assertThat(actions()).hasSize(200).doesNotContain("poison");
    assertThat(dropped("decision")).isEqualTo(1);
  }

  @Test
  void closingWritesAllThatWaits() {
    IntStream.range(0, 900).forEach(i -> trail.record(change("a")));

    Future<Void> closed = trail.close();

    assertThat(closed.isComplete()).isFalse();
    inFlight.remove().complete();
    inFlight.remove().complete();
    assertThat(closed.succeeded()).isTrue();
    assertThat(actions()).hasSize(900);
    trail.record(change("too late"));
    assertThat(dropped("decision")).isEqualTo(1);
  }

  @Test
  void closingWithNothingToWriteIsDoneAtOnce() {
    assertThat(trail.close().succeeded()).isTrue();
    assertThat(written).isEmpty();
  }

  @Test
  void closingAfterASingleRecordDoesNotWaitForItsMoment() {
    trail.record(change("a"));

    Future<Void> closed = trail.close();

    assertThat(actions()).containsExactly("a");
    inFlight.remove().complete();
    assertThat(closed.succeeded()).isTrue();
    pauses.remove().complete();
    assertThat(written).hasSize(1);
  }
}
