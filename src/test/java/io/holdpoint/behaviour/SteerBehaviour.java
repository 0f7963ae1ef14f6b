package io.holdpoint.behaviour;

import static io.holdpoint.task.InterruptMode.FINISH_STEP;
import static io.holdpoint.task.InterruptMode.NOW;
import static io.holdpoint.task.InterruptMode.SAFE_POINT;
import static io.holdpoint.task.TaskMove.INTERRUPT;
import static io.holdpoint.task.TaskMove.RESUME;
import static io.holdpoint.task.TaskState.ABANDONED;
import static io.holdpoint.task.TaskState.PENDING;
import static io.holdpoint.task.TaskState.REVERTED;
import static io.holdpoint.task.TaskState.RUNNING;
import static io.holdpoint.task.TaskState.SUCCEEDED;
import static io.holdpoint.task.TaskState.SUSPENDED;

import io.holdpoint.task.Direction;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.TaskMove;
import io.holdpoint.task.TaskState;
import io.holdpoint.task.TaskTable.Situation;
import io.holdpoint.task.TaskTable.Verdict;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One row: in this situation, this move comes to that.
 *
 * @param next the state afterwards; null when there is no task
 */
record SteerBehaviour(
    String name,
    Situation given,
    TaskMove move,
    InterruptMode mode,
    Verdict verdict,
    @Nullable TaskState next) {

  private static final Direction FORWARD = Direction.FORWARD;

  private static Situation busy(TaskState state) {
    return new Situation(state, FORWARD, false, null);
  }

  private static Situation quiet(TaskState state) {
    return new Situation(state, FORWARD, true, null);
  }

  private static Situation interrupted(boolean quiet, @Nullable InterruptMode mode) {
    return new Situation(SUSPENDED, FORWARD, quiet, mode);
  }

  static Stream<SteerBehaviour> all() {
    return List.of(
        interrupt("of a pending task suspends it", quiet(PENDING), Verdict.APPLIED, SUSPENDED),
        interrupt("of a running task suspends it", busy(RUNNING), Verdict.APPLIED, SUSPENDED),
        interrupt("between two steps suspends", quiet(RUNNING), Verdict.APPLIED, SUSPENDED),
        interrupt(
            "of a suspended task changes nothing",
            interrupted(true, FINISH_STEP),
            Verdict.ALREADY,
            SUSPENDED),
        interrupt(
            "in the same mode changes nothing",
            interrupted(false, FINISH_STEP),
            Verdict.ALREADY,
            SUSPENDED),
        interrupt(
            "over an engine's hold changes nothing",
            interrupted(false, null),
            Verdict.ALREADY,
            SUSPENDED),
        stricter("tightens while a step is in flight", false, FINISH_STEP, NOW, Verdict.APPLIED),
        stricter("tightens to a safe point", false, FINISH_STEP, SAFE_POINT, Verdict.APPLIED),
        stricter("tightens over an engine's hold", false, null, SAFE_POINT, Verdict.APPLIED),
        stricter("has nothing to tighten when quiet", true, FINISH_STEP, NOW, Verdict.ALREADY),
        stricter("never loosens", false, NOW, SAFE_POINT, Verdict.ALREADY),
        interrupt("finds nothing without a task", Situation.none(), Verdict.NOTHING, null),
        interrupt("comes after success", quiet(SUCCEEDED), Verdict.NOTHING, SUCCEEDED),
        interrupt("comes after the revert", reverted(), Verdict.NOTHING, REVERTED),
        interrupt("comes after abandon", quiet(ABANDONED), Verdict.NOTHING, ABANDONED),
        resume("of a pending task is a yes", quiet(PENDING), Verdict.ALREADY, PENDING),
        resume("of a running task is a yes", busy(RUNNING), Verdict.ALREADY, RUNNING),
        resume("of a quiet task runs it", interrupted(true, FINISH_STEP), Verdict.APPLIED, RUNNING),
        resume(
            "of a task not yet quiet runs it", interrupted(false, NOW), Verdict.APPLIED, RUNNING),
        resume("finds nothing without a task", Situation.none(), Verdict.NOTHING, null),
        resume("comes after success", quiet(SUCCEEDED), Verdict.NOTHING, SUCCEEDED),
        resume("comes after the revert", reverted(), Verdict.NOTHING, REVERTED),
        resume("comes after abandon", quiet(ABANDONED), Verdict.NOTHING, ABANDONED))
        .stream();
  }

  private static Situation reverted() {
    return new Situation(REVERTED, Direction.BACK, true, null);
  }

  private static SteerBehaviour interrupt(
      String name, Situation given, Verdict verdict, @Nullable TaskState next) {
    return new SteerBehaviour("interrupt " + name, given, INTERRUPT, FINISH_STEP, verdict, next);
  }

  private static SteerBehaviour stricter(
      String name,
      boolean quiet,
      @Nullable InterruptMode before,
      InterruptMode mode,
      Verdict verdict) {
    return new SteerBehaviour(
        "stricter interrupt " + name,
        interrupted(quiet, before),
        INTERRUPT,
        mode,
        verdict,
        SUSPENDED);
  }

  private static SteerBehaviour resume(
      String name, Situation given, Verdict verdict, @Nullable TaskState next) {
    return new SteerBehaviour("resume " + name, given, RESUME, FINISH_STEP, verdict, next);
  }

  /** Whether the move is one that raises the epoch. */
  boolean changesState() {
    return given.state() != next;
  }

  @Override
  public String toString() {
    return name;
  }
}
