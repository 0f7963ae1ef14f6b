package io.holdpoint.task;

import org.jspecify.annotations.Nullable;

/**
 * The life of a change task as one total, pure function: every state against every move. The guards
 * in {@code sql/query} and the CHECK constraints in {@code sql/migration} say the same; a test
 * holds the three against each other.
 */
public final class TaskTable {
  private TaskTable() {}

  /**
   * What a task looks like to a move.
   *
   * @param state null when the instance has no task at all
   * @param quiet no step is in flight
   * @param mode the interrupt mode in force; null unless an interrupt suspended the task
   */
  public record Situation(
      @Nullable TaskState state, Direction direction, boolean quiet, @Nullable InterruptMode mode) {

    public static Situation none() {
      return new Situation(null, Direction.FORWARD, true, null);
    }
  }

  /** What a move comes to. */
  public enum Verdict implements Term {
    /** Something changed, and exactly one event says so. */
    APPLIED,
    /** The task is where the move leads: nothing changes, the answer is yes. */
    ALREADY,
    /** There is nothing to move: the answer is no. */
    NOTHING,
    /** The state forbids the move. */
    REFUSED
  }

  /**
   * @param next the state afterwards; null when there is no task
   * @param newEpoch the fence number rises, so that no claim of the old epoch can begin a step
   */
  public record Decision(
      Verdict verdict, @Nullable TaskState next, Direction direction, boolean newEpoch) {}

  /**
   * Decides {@code move} on a task that stands as {@code now} says.
   *
   * @param requested the mode of an interrupt; other moves ignore it
   */
  public static Decision decide(Situation now, TaskMove move, InterruptMode requested) {
    return switch (move) {
      case INTERRUPT -> interrupt(now, requested);
      case RESUME -> resume(now);
      case DECIDE -> turn(now, suspended(now), TaskState.RUNNING, now.direction());
      case REVERT -> turn(now, suspended(now), TaskState.RUNNING, Direction.BACK);
      case ABANDON ->
          turn(now, suspended(now) && now.quiet(), TaskState.ABANDONED, now.direction());
      case CLAIM -> claim(now);
      case LAST_STEP_DONE -> lastStepDone(now);
      case HOLD -> hold(now);
    };
  }

  private static Decision interrupt(Situation now, InterruptMode requested) {
    if (unstarted(now) || now.state() == TaskState.RUNNING) {
      return moved(TaskState.SUSPENDED, now.direction());
    }
    if (!suspended(now)) {
      return stays(now, Verdict.NOTHING);
    }
    InterruptMode inForce = now.mode() == null ? InterruptMode.FINISH_STEP : now.mode();
    boolean tightens = !now.quiet() && requested.stricterThan(inForce);
    return stays(now, tightens ? Verdict.APPLIED : Verdict.ALREADY);
  }

  private static Decision resume(Situation now) {
    if (suspended(now)) {
      return moved(TaskState.RUNNING, now.direction());
    }
    boolean unfinished = unstarted(now) || now.state() == TaskState.RUNNING;
    return stays(now, unfinished ? Verdict.ALREADY : Verdict.NOTHING);
  }

  private static Decision claim(Situation now) {
    if (unstarted(now)) {
      return moved(TaskState.RUNNING, now.direction());
    }
    return stays(now, now.state() == TaskState.RUNNING ? Verdict.APPLIED : Verdict.REFUSED);
  }

  private static Decision lastStepDone(Situation now) {
    if (now.state() == TaskState.RUNNING) {
      boolean forward = now.direction() == Direction.FORWARD;
      return moved(forward ? TaskState.SUCCEEDED : TaskState.REVERTED, now.direction());
    }
    return stays(now, suspended(now) ? Verdict.ALREADY : Verdict.REFUSED);
  }

  private static Decision hold(Situation now) {
    if (unstarted(now) || now.state() == TaskState.RUNNING) {
      return moved(TaskState.SUSPENDED, now.direction());
    }
    return stays(now, suspended(now) ? Verdict.ALREADY : Verdict.REFUSED);
  }

  private static Decision turn(
      Situation now, boolean allowed, TaskState next, Direction direction) {
    return allowed ? moved(next, direction) : stays(now, Verdict.REFUSED);
  }

  private static boolean unstarted(Situation now) {
    return now.state() == TaskState.PENDING;
  }

  private static boolean suspended(Situation now) {
    return now.state() == TaskState.SUSPENDED;
  }

  private static Decision moved(TaskState next, Direction direction) {
    return new Decision(Verdict.APPLIED, next, direction, true);
  }

  private static Decision stays(Situation now, Verdict verdict) {
    return new Decision(verdict, now.state(), now.direction(), false);
  }
}
