package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;
import static io.holdpoint.testkit.StoreSession.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.store.SteerStore.Applied;
import io.holdpoint.task.Command.Steer;
import io.holdpoint.task.Direction;
import io.holdpoint.task.EventKind;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome.Kind;
import io.holdpoint.task.Plan;
import io.holdpoint.task.Plan.PlannedStep;
import io.holdpoint.task.Settlement.Result;
import io.holdpoint.task.StepAction;
import io.holdpoint.task.StepClaim;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.StoreSession;
import io.holdpoint.testkit.TaskRows;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The promise itself: a claim and an interrupt at the same moment, and no step begins after the
 * interrupt. The claim is then broken on purpose, to see who notices.
 */
@ExtendWith(DatabaseExtension.class)
class EpochFenceIT {
  private static final long SEED = Long.getLong("holdpoint.seed", 20_260_102);
  private static final int ROUNDS = 200 * Integer.getInteger("holdpoint.soak.factor", 1);
  private static final int TASKS = 12;
  private static final int LONGEST_HEAD_START_NANOS = 400_000;
  private static final String WORKER = "gen_random_uuid()";

  private static final String LOCK = "FOR NO KEY UPDATE OF t SKIP LOCKED";
  private static final String STATE_GUARD = "l.state IN ('pending', 'running') AND";
  private static final String RUNNING = "UPDATE tasks t SET\n    state = 'running',";
  private static final String ACTIVE =
      "    active_since = coalesce(t.active_since, clock_timestamp()),\n";

  private static final Plan TWO_AT_ONCE =
      new Plan(
          List.of(
              new PlannedStep(1, 1, Direction.FORWARD, StepAction.RESTART, "node-1"),
              new PlannedStep(2, 1, Direction.FORWARD, StepAction.RESTART, "node-2")));

  @BeforeEach
  void begin(TestDatabase database) {
    database.execute(
        "TRUNCATE instances, nodes, tasks, changes, step_outputs, steps, events, commands");
  }

  @Test
  void noStepBeginsAfterAnInterruptWhicheverCameFirst(TestDatabase database) {
    Random random = new Random(SEED);
    List<String> instances = new TaskRows(database).instances(TASKS);
    int claimedFirst = 0;
    try (StoreSession worker = new StoreSession(database);
        StoreSession manager = new StoreSession(database)) {
      worker.startAll(instances, TWO_AT_ONCE);
      for (int round = 0; round < ROUNDS; round++) {
        List<StepClaim> claims = race(worker, manager, instances, round, random);
        claimedFirst += (int) claims.stream().map(StepClaim::taskId).distinct().count();
        claims.forEach(claim -> worker.settle(claim, Result.PUT_BACK));
        applied(manager.steer(batch(instances, Operation.RESUME, "resume-" + round)));
      }
    }
    String context = "holdpoint.seed=" + SEED;
    HistoryCheck.holds(database, context);
    assertThat(claimedFirst).as(context).isPositive().isLessThan(ROUNDS * TASKS);
    assertThat(count(database, EventKind.INTERRUPTED)).as(context).isEqualTo(ROUNDS * TASKS);
  }

  private static List<Steer> batch(List<String> instances, Operation operation, String token) {
    List<Steer> batch = new ArrayList<>();
    for (String instance : instances) {
      batch.add(
          StoreSession.steer(operation, instance, token + instance, InterruptMode.FINISH_STEP));
    }
    return batch;
  }

  private static void applied(Future<List<Applied>> steered) {
    assertThat(await(steered)).allMatch(one -> one.outcome().kind() == Kind.APPLIED);
  }

  /** Which steps were claimed although all their tasks were being interrupted. */
  private static List<StepClaim> race(
      StoreSession worker, StoreSession manager, List<String> instances, int round, Random random) {
    List<Steer> interrupts = batch(instances, Operation.INTERRUPT, "interrupt-" + round);
    int most = 1 + random.nextInt(2 * TASKS);
    boolean claimIsSentFirst = random.nextBoolean();
    long headStart = random.nextInt(LONGEST_HEAD_START_NANOS);
    Future<StepStore.Claimed> claim = claimIsSentFirst ? worker.steps().claim(most, 0, 1) : null;
    Future<List<Applied>> interrupt = claimIsSentFirst ? null : manager.steer(interrupts);
    long sent = System.nanoTime();
    while (System.nanoTime() - sent < headStart) {
      Thread.onSpinWait();
    }
    claim = claim == null ? worker.steps().claim(most, 0, 1) : claim;
    applied(interrupt == null ? manager.steer(interrupts) : interrupt);
    return await(claim).claims();
  }

  @Test
  void claimLeavesATaskAloneWhoseInterruptIsUnderWay(TestDatabase database) throws Exception {
    String instance = runningWithAStepInFlight(database);

    claimWhileInterrupting(database, instance, statement("claim_steps"));

    HistoryCheck.holds(database);
    assertThat(count(database, EventKind.STEP_BEGUN)).isEqualTo(1);
  }

  @Test
  void claimWithoutItsLockIsRefusedByTheConstraints(TestDatabase database) {
    String instance = runningWithAStepInFlight(database);
    String unlocked = without(statement("claim_steps"), LOCK);

    assertThatThrownBy(() -> claimWhileInterrupting(database, instance, unlocked))
        .hasMessageContaining("violates check constraint");
    HistoryCheck.holds(database);
  }

  @Test
  void claimWithoutItsStateGuardIsRefusedByTheConstraints(TestDatabase database) {
    String instance = runningWithAStepInFlight(database);
    String unguarded = without(statement("claim_steps"), STATE_GUARD);
    try (StoreSession manager = new StoreSession(database)) {
      await(manager.steer(StoreSession.interrupt(instance, "fence-2", InterruptMode.NOW)));
    }

    CompletableFuture<Void> claim =
        HeldOpen.beside(database, unguarded, WORKER, "99", "60000", "0", "1");

    assertThatThrownBy(() -> HeldOpen.await(claim)).hasMessageContaining("check constraint");
    HistoryCheck.holds(database);
  }

  /** Without lock and without touching the state: all that is left to notice is the history. */
  @Test
  void claimThatChecksAndThenActsIsFoundInTheHistory(TestDatabase database) throws Exception {
    String instance = runningWithAStepInFlight(database);
    String checksThenActs =
        without(without(statement("claim_steps"), LOCK), ACTIVE)
            .replace(RUNNING, "UPDATE tasks t SET state = t.state,");
    assertThat(checksThenActs).doesNotContain(RUNNING);

    claimWhileInterrupting(database, instance, checksThenActs);

    assertThat(HistoryCheck.violations(database))
        .anySatisfy(found -> assertThat(found).contains("a step began while SUSPENDED"));
  }

  private static String without(String sql, String guard) {
    assertThat(sql).contains(guard);
    return sql.replace(guard, "");
  }

  /** One step in flight, one ready. */
  private static String runningWithAStepInFlight(TestDatabase database) {
    String instance = new TaskRows(database).instance();
    try (StoreSession session = new StoreSession(database)) {
      session.start(instance, TWO_AT_ONCE);
      assertThat(session.claim(1)).hasSize(1);
    }
    return instance;
  }

  /** The claim looks while the interrupt has not committed yet, and goes on when it has. */
  private static void claimWhileInterrupting(TestDatabase database, String instance, String claim)
      throws Exception {
    String[] interrupt = {
      "'default'",
      "'" + instance + "'",
      "'fence-1'",
      "gen_random_uuid()",
      "'\\x00112233445566778899aabbccddeeff'",
      "'finish-step'",
      "'a test'",
      "NULL",
      "gen_random_uuid()",
      "gen_random_uuid()"
    };
    try (HeldOpen open = HeldOpen.after(database, statement("interrupt_one"), interrupt)) {
      CompletableFuture<Void> claiming =
          HeldOpen.beside(database, claim, WORKER, "99", "60000", "0", "1");
      open.commitOnceWaitedFor(claiming);
      HeldOpen.await(claiming);
    }
  }

  private static long count(TestDatabase database, EventKind kind) {
    return HistoryCheck.events(database).stream().filter(event -> event.kind() == kind).count();
  }
}
