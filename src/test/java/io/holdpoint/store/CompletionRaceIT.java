package io.holdpoint.store;

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
import io.vertx.core.Future;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The last step settles and an interrupt arrives: one of them is first, and both are told so. */
@ExtendWith(DatabaseExtension.class)
class CompletionRaceIT {
  private static final long SEED = Long.getLong("holdpoint.seed", 20_260_103);
  private static final int TASKS = 1_000 * Integer.getInteger("holdpoint.soak.factor", 1);
  private static final int AT_ONCE = 200;
  private static final int LONGEST_HEAD_START_NANOS = 300_000;

  private static final Plan ONE_STEP =
      new Plan(List.of(new PlannedStep(1, 1, Direction.FORWARD, StepAction.VERIFY, null)));
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
  void interruptAndCompletionNeverBothWin() {
    Random random = new Random(SEED);
    String context = "holdpoint.seed=" + SEED;
    int interruptsWon = 0;
    try (StoreSession worker = new StoreSession(database);
        StoreSession manager = new StoreSession(database)) {
      for (int done = 0; done < TASKS; done += AT_ONCE) {
        for (StepClaim claim : lastStepsInFlight(worker)) {
          interruptsWon += race(worker, manager, claim, random, context) ? 1 : 0;
        }
      }
    }
    assertThat(interruptsWon).as("interrupts won; %s", context).isPositive().isLessThan(TASKS);
    assertThat(count("state = 'suspended'")).as(context).isEqualTo(interruptsWon);
    assertThat(count("state = 'succeeded'")).as(context).isEqualTo(TASKS - interruptsWon);
    HistoryCheck.holds(database, context);
  }

  private List<StepClaim> lastStepsInFlight(StoreSession worker) {
    worker.startAll(rows.instances(AT_ONCE), ONE_STEP);
    List<StepClaim> claims = worker.claim(AT_ONCE);
    assertThat(claims).hasSize(AT_ONCE);
    return claims;
  }

  /** Whether the interrupt came first. */
  private boolean race(
      StoreSession worker, StoreSession manager, StepClaim claim, Random random, String context) {
    var command = StoreSession.interrupt(claim.instanceId(), token(claim), InterruptMode.NOW);
    boolean doneIsSentFirst = random.nextBoolean();
    long headStart = random.nextInt(LONGEST_HEAD_START_NANOS);
    Future<List<TaskEvent>> done = doneIsSentFirst ? worker.settling(claim, Result.DONE) : null;
    Future<Applied> interrupt = doneIsSentFirst ? null : manager.steer(command);
    long sent = System.nanoTime();
    while (System.nanoTime() - sent < headStart) {
      Thread.onSpinWait();
    }
    done = done == null ? worker.settling(claim, Result.DONE) : done;
    interrupt = interrupt == null ? manager.steer(command) : interrupt;

    boolean succeeded = kinds(await(done)).contains(EventKind.SUCCEEDED);
    Outcome outcome = await(interrupt).outcome();
    assertThat(outcome.result())
        .as("interrupt of a task that succeeded: %s; %s", succeeded, context)
        .isEqualTo(succeeded ? "false" : "true");
    assertThat(kinds(await(done)))
        .as(context)
        .containsExactlyElementsOf(
            succeeded
                ? List.of(EventKind.STEP_DONE, EventKind.SUCCEEDED)
                : List.of(EventKind.STEP_PUT_BACK, EventKind.QUIESCED));
    return !succeeded;
  }

  private static String token(StepClaim claim) {
    return "token-" + claim.taskId();
  }

  private static List<EventKind> kinds(List<TaskEvent> events) {
    return events.stream().map(TaskEvent::kind).toList();
  }

  private long count(String where) {
    return database.count("SELECT count(*) FROM tasks WHERE " + where);
  }
}
