package io.holdpoint.testkit;

import static io.holdpoint.testkit.StoreSession.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.Direction;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.Plan;
import io.holdpoint.task.Plan.PlannedStep;
import io.holdpoint.task.Settlement.Result;
import io.holdpoint.task.StepAction;
import io.holdpoint.task.StepClaim;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The checker itself: a genuine history passes, and every way to break it is found. */
@ExtendWith(DatabaseExtension.class)
class HistoryCheckIT {
  private static final List<String> TABLES =
      List.of(
          "instances", "nodes", "tasks", "changes", "steps", "step_outputs", "events", "commands");

  private static final Plan PLAN =
      new Plan(
          List.of(
              new PlannedStep(1, 1, Direction.FORWARD, StepAction.CHECK, null),
              new PlannedStep(2, 2, Direction.FORWARD, StepAction.RESTART, "node-1"),
              new PlannedStep(3, 2, Direction.FORWARD, StepAction.RESTART, "node-2"),
              new PlannedStep(4, 3, Direction.FORWARD, StepAction.VERIFY, null)));

  private static TestDatabase database;

  /** One task is suspended and quiet, one runs with a step in flight, one has succeeded. */
  @BeforeAll
  static void liveAHistory(TestDatabase fresh) {
    database = fresh;
    TaskRows rows = new TaskRows(fresh);
    try (StoreSession session = new StoreSession(fresh)) {
      succeed(session, rows.instance());
      suspend(session, rows.instance());
      String running = rows.instance();
      session.start(running, PLAN);
      // More than one, because the suspended task's ready step is among the candidates.
      session.settle(session.claim(9).get(0), Result.DONE);
      session.claim(1);
    }
    fresh.execute("CREATE SCHEMA healthy");
    TABLES.forEach(t -> fresh.execute("CREATE TABLE healthy." + t + " AS TABLE " + t));
  }

  private static void succeed(StoreSession session, String instance) {
    session.start(instance, PLAN);
    for (int i = 0; i < 3; i++) {
      session.claim(2).forEach(claim -> session.settle(claim, Result.DONE));
    }
  }

  /** Tightened while two steps are in flight, quiet, resumed, interrupted again. */
  private static void suspend(StoreSession session, String instance) {
    session.start(instance, PLAN);
    session.settle(session.claim(1).get(0), Result.DONE);
    List<StepClaim> claims = session.claim(2);
    await(session.steer(StoreSession.interrupt(instance, "one", InterruptMode.FINISH_STEP)));
    await(session.steer(StoreSession.interrupt(instance, "two", InterruptMode.NOW)));
    session.settle(claims.get(0), Result.DONE);
    session.settle(claims.get(1), Result.PUT_BACK);
    await(session.steer(StoreSession.resume(instance, "three")));
    session.settle(session.claim(1).get(0), Result.FAILED);
    await(session.steer(StoreSession.interrupt(instance, "four", InterruptMode.SAFE_POINT)));
  }

  @AfterEach
  void heal() {
    database.execute("TRUNCATE " + String.join(", ", TABLES));
    TABLES.forEach(t -> database.execute("INSERT INTO " + t + " TABLE healthy." + t));
  }

  @Test
  void genuineHistoryPasses() {
    HistoryCheck.holds(database);
    assertThat(HistoryCheck.events(database)).hasSizeGreaterThan(20);
  }

  @ParameterizedTest
  @MethodSource("io.holdpoint.testkit.HistoryDamage#all")
  void damageIsFound(HistoryDamage damage) {
    database.execute(damage.sql());

    assertThat(HistoryCheck.violations(database))
        .anySatisfy(violation -> assertThat(violation).contains(damage.violation()));
  }
}
