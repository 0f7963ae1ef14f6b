package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;
import static io.holdpoint.testkit.StoreSession.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.store.SteerStore.Applied;
import io.holdpoint.task.Direction;
import io.holdpoint.task.EventKind;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Plan;
import io.holdpoint.task.Plan.PlannedStep;
import io.holdpoint.task.Settlement.Result;
import io.holdpoint.task.StepAction;
import io.holdpoint.task.StepClaim;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.StoreSession;
import io.holdpoint.testkit.TaskRows;
import io.holdpoint.testkit.TestDatabase;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A statement whose snapshot is older than the row it waited for decides on the row. PostgreSQL
 * tries constraints on a row made from the old version first; that must not turn it down.
 */
@ExtendWith(DatabaseExtension.class)
class WaitedForLockIT {
  private static final String FINGERPRINT = "'\\x00112233445566778899aabbccddeeff'";

  private static final Plan ONE_STEP =
      new Plan(List.of(new PlannedStep(1, 1, Direction.FORWARD, StepAction.VERIFY, null)));
  private static final Plan TWO_AT_ONCE =
      new Plan(
          List.of(
              new PlannedStep(1, 1, Direction.FORWARD, StepAction.VERIFY, "node-1"),
              new PlannedStep(2, 1, Direction.FORWARD, StepAction.VERIFY, "node-2")));

  private TestDatabase database;
  private TaskRows rows;

  @BeforeEach
  void begin(TestDatabase shared) {
    database = shared;
    rows = new TaskRows(shared);
    shared.execute(
        "TRUNCATE instances, nodes, tasks, changes, step_outputs, steps, events, commands");
  }

  @Test
  void settlementThatWaitedForTheInterruptQuiets() throws Exception {
    try (StoreSession worker = StoreSession.patient(database)) {
      StepClaim claim = inFlight(worker, ONE_STEP).get(0);
      CompletableFuture<List<TaskEvent>> settling;
      try (HeldOpen interrupt = interrupting(claim)) {
        settling = settling(worker, claim, Result.DONE);
        interrupt.commitOnceWaitedFor(settling);
      }

      HeldOpen.await(settling);

      assertThat(kinds(settling.join()))
          .containsExactly(EventKind.STEP_PUT_BACK, EventKind.QUIESCED);
      HistoryCheck.holds(database);
    }
  }

  @Test
  void settlementThatWaitedForTheResumeGoesOn() throws Exception {
    try (StoreSession worker = StoreSession.patient(database)) {
      StepClaim claim = inFlight(worker, ONE_STEP).get(0);
      await(worker.steer(StoreSession.interrupt(claim.instanceId(), "one", InterruptMode.NOW)));
      CompletableFuture<List<TaskEvent>> settling;
      try (HeldOpen resume = resuming(claim)) {
        settling = settling(worker, claim, Result.DONE);
        resume.commitOnceWaitedFor(settling);
      }

      HeldOpen.await(settling);

      assertThat(kinds(settling.join())).containsExactly(EventKind.STEP_DONE, EventKind.SUCCEEDED);
      HistoryCheck.holds(database);
    }
  }

  @Test
  void failureThatWaitedForTheInterruptHoldsNothing() throws Exception {
    try (StoreSession worker = StoreSession.patient(database)) {
      StepClaim claim = inFlight(worker, ONE_STEP).get(0);
      CompletableFuture<List<TaskEvent>> settling;
      try (HeldOpen interrupt = interrupting(claim)) {
        settling = settling(worker, claim, Result.FAILED);
        interrupt.commitOnceWaitedFor(settling);
      }

      HeldOpen.await(settling);

      assertThat(kinds(settling.join())).containsExactly(EventKind.STEP_FAILED, EventKind.QUIESCED);
      HistoryCheck.holds(database);
    }
  }

  @Test
  void resumeThatWaitedForAPutBackReadiesTheStep() throws Exception {
    try (StoreSession worker = StoreSession.patient(database)) {
      StepClaim claim = inFlight(worker, ONE_STEP).get(0);
      String instance = claim.instanceId();
      await(worker.steer(StoreSession.interrupt(instance, "one", InterruptMode.NOW)));
      CompletableFuture<Applied> resume;
      try (HeldOpen putBack = settlingOpen(claim, "put-back")) {
        var command = StoreSession.resume(instance, "two");
        resume = worker.steer(command).toCompletionStage().toCompletableFuture();
        putBack.commitOnceWaitedFor(resume);
      }

      HeldOpen.await(resume);

      assertThat(resume.join().outcome().kind()).isEqualTo(Outcome.Kind.APPLIED);
      HistoryCheck.holds(database);
      assertThat(worker.claim(1)).hasSize(1);
    }
  }

  @Test
  void lastOfTwoStepsThatSettleAtOnceCompletesTheTask() throws Exception {
    try (StoreSession worker = StoreSession.patient(database)) {
      List<StepClaim> claims = inFlight(worker, TWO_AT_ONCE);
      CompletableFuture<List<TaskEvent>> settling;
      try (HeldOpen first = settlingOpen(claims.get(0), "done")) {
        settling = settling(worker, claims.get(1), Result.DONE);
        first.commitOnceWaitedFor(settling);
      }

      HeldOpen.await(settling);

      assertThat(kinds(settling.join())).containsExactly(EventKind.STEP_DONE, EventKind.SUCCEEDED);
      HistoryCheck.holds(database);
    }
  }

  @Test
  void interruptThatWaitedForTheCompletionFindsNothing() throws Exception {
    try (StoreSession worker = StoreSession.patient(database)) {
      StepClaim claim = inFlight(worker, ONE_STEP).get(0);
      CompletableFuture<Applied> interrupt;
      try (HeldOpen done = settlingOpen(claim, "done")) {
        var command = StoreSession.interrupt(claim.instanceId(), "one", InterruptMode.NOW);
        interrupt = worker.steer(command).toCompletionStage().toCompletableFuture();
        done.commitOnceWaitedFor(interrupt);
      }

      HeldOpen.await(interrupt);

      assertThat(interrupt.join().outcome().kind()).isEqualTo(Outcome.Kind.NOTHING);
      HistoryCheck.holds(database);
    }
  }

  private List<StepClaim> inFlight(StoreSession worker, Plan plan) {
    worker.start(rows.instance(), plan);
    return worker.claim(plan.steps().size());
  }

  private static CompletableFuture<List<TaskEvent>> settling(
      StoreSession worker, StepClaim claim, Result result) {
    return worker.settling(claim, result).toCompletionStage().toCompletableFuture();
  }

  private HeldOpen interrupting(StepClaim claim) {
    return HeldOpen.after(
        database,
        statement("interrupt_one"),
        text(claim.accountId()),
        text(claim.instanceId()),
        "'held'",
        "gen_random_uuid()",
        FINGERPRINT,
        "'now'",
        "'a test'",
        "NULL",
        "gen_random_uuid()",
        "gen_random_uuid()");
  }

  private HeldOpen resuming(StepClaim claim) {
    return HeldOpen.after(
        database,
        statement("resume_one"),
        text(claim.accountId()),
        text(claim.instanceId()),
        "'held'",
        "gen_random_uuid()",
        FINGERPRINT,
        "'a test'",
        "NULL",
        "gen_random_uuid()",
        "gen_random_uuid()");
  }

  private HeldOpen settlingOpen(StepClaim claim, String result) {
    return HeldOpen.after(
        database,
        statement("settle_step"),
        text(claim.accountId()),
        text(claim.taskId().toString()),
        "" + claim.step(),
        "" + claim.claimEpoch(),
        "" + claim.attempt(),
        text(result),
        "NULL",
        "NULL",
        "2",
        "1",
        "false",
        "'a test'",
        "0",
        "NULL",
        "false");
  }

  private static String text(String value) {
    return "'" + value + "'";
  }

  private static List<EventKind> kinds(List<TaskEvent> events) {
    return events.stream().map(TaskEvent::kind).toList();
  }
}
