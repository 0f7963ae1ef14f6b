package io.holdpoint.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.store.SteerStore;
import io.holdpoint.store.SteerStore.Applied;
import io.holdpoint.task.Command.Steer;
import io.holdpoint.task.EventKind;
import io.holdpoint.task.Fingerprint;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.TaskMove;
import io.holdpoint.task.TaskTable.Verdict;
import io.holdpoint.task.Ticket;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.StorePools;
import io.holdpoint.testkit.TaskRows;
import io.holdpoint.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rows through SQL: alone by the single statement, and all at once by the batched one. */
@ExtendWith(DatabaseExtension.class)
class SteerStoreIT {
  private static final long TIMEOUT_MILLIS = 5_000;
  private static StorePools pools;
  private static SteerStore steers;
  private static TestDatabase database;
  private static TaskRows rows;

  @BeforeAll
  static void open(TestDatabase fresh) {
    database = fresh;
    rows = new TaskRows(fresh);
    pools = new StorePools(fresh);
    steers = new SteerStore(pools.vertx(), pools.database());
  }

  @AfterAll
  static void close() {
    pools.close();
  }

  static Stream<SteerBehaviour> behaviours() {
    return SteerBehaviour.all();
  }

  @ParameterizedTest
  @MethodSource("behaviours")
  void singleStatementDoesAsTheRowSays(SteerBehaviour row) throws Exception {
    String instanceId = rows.instance(row.given());

    Applied applied = apply(List.of(command(row, instanceId))).get(0);

    assertOutcome(row, instanceId, applied);
  }

  @Test
  void batchedStatementDoesAsEveryRowSays() throws Exception {
    for (Operation operation : List.of(Operation.INTERRUPT, Operation.RESUME)) {
      List<SteerBehaviour> given =
          SteerBehaviour.all().filter(row -> operation(row) == operation).toList();
      List<String> instances = given.stream().map(row -> rows.instance(row.given())).toList();
      List<Steer> batch = new ArrayList<>();
      for (int i = 0; i < given.size(); i++) {
        batch.add(command(given.get(i), instances.get(i)));
      }

      List<Applied> applied = apply(batch);

      for (int i = 0; i < given.size(); i++) {
        assertOutcome(given.get(i), instances.get(i), applied.get(i));
      }
    }
  }

  private static void assertOutcome(SteerBehaviour row, String instanceId, Applied applied) {
    Outcome.Kind expected =
        switch (row.verdict()) {
          case APPLIED -> Outcome.Kind.APPLIED;
          case ALREADY -> Outcome.Kind.ALREADY;
          case NOTHING, REFUSED -> Outcome.Kind.NOTHING;
        };
    assertThat(applied.outcome().kind()).as(row.name()).isEqualTo(expected);
    assertThat(applied.outcome().result())
        .as(row.name())
        .isEqualTo(row.verdict() == Verdict.NOTHING ? "false" : "true");
    if (row.next() == null) {
      return;
    }
    Map<String, Object> task =
        database
            .rows(
                "SELECT state, epoch, sequence FROM tasks WHERE instance_id = '" + instanceId + "'")
            .get(0);
    long events =
        database.count("SELECT count(*) FROM events WHERE instance_id = '" + instanceId + "'");
    boolean applies = row.verdict() == Verdict.APPLIED;
    assertThat(task)
        .as(row.name())
        .containsEntry("state", row.next().text())
        .containsEntry("epoch", row.changesState() ? 6L : 5L)
        .containsEntry("sequence", applies ? 10L : 9L);
    assertThat(events).as(row.name()).isEqualTo(applies ? 1 : 0);
    assertEvent(row, applied);
  }

  private static void assertEvent(SteerBehaviour row, Applied applied) {
    if (row.verdict() != Verdict.APPLIED) {
      assertThat(applied.event()).as(row.name()).isNull();
      return;
    }
    EventKind kind =
        row.move() == TaskMove.RESUME
            ? EventKind.RESUMED
            : row.changesState() ? EventKind.INTERRUPTED : EventKind.INTERRUPT_TIGHTENED;
    assertThat(applied.event()).as(row.name()).isNotNull();
    assertThat(applied.event().kind()).as(row.name()).isEqualTo(kind);
    assertThat(applied.event().from()).isEqualTo(row.changesState() ? row.given().state() : null);
    assertThat(applied.event().to()).isEqualTo(row.changesState() ? row.next() : null);
    assertThat(applied.event().sequence()).isEqualTo(10);
  }

  private static Operation operation(SteerBehaviour row) {
    return row.move() == TaskMove.INTERRUPT ? Operation.INTERRUPT : Operation.RESUME;
  }

  private static Steer command(SteerBehaviour row, String instanceId) {
    return command(operation(row), instanceId, UUID.randomUUID().toString(), row.mode());
  }

  static Steer command(Operation operation, String instanceId, String token, InterruptMode mode) {
    Ticket ticket =
        new Ticket(
            "default",
            token,
            UUID.randomUUID(),
            Fingerprint.of(operation, instanceId, mode.text()),
            "a test",
            null,
            System.nanoTime() + TimeUnit.SECONDS.toNanos(2));
    return new Steer(operation, ticket, instanceId, mode);
  }

  private static List<Applied> apply(List<Steer> batch) throws Exception {
    return steers
        .apply(batch.get(0).operation(), batch, TIMEOUT_MILLIS)
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }
}
