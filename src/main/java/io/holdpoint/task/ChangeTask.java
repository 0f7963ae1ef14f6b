package io.holdpoint.task;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A change task as it stands, with its steps in order.
 *
 * @param activeMillis time spent running; it stands still while suspended
 * @param stepsStartedAfterAck step-begin events that follow an interrupt without a resume between,
 *     counted from the history; anything but 0 is a broken promise
 */
public record ChangeTask(
    UUID taskId,
    String instanceId,
    String change,
    Direction direction,
    TaskState state,
    long epoch,
    long sequence,
    @Nullable Hold hold,
    @Nullable InterruptMode interruptMode,
    int inFlight,
    long activeMillis,
    long stepsStartedAfterAck,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant suspendedAt,
    @Nullable Instant quiescedAt,
    @Nullable Instant finishedAt,
    List<Step> steps) {

  public ChangeTask {
    steps = List.copyOf(steps);
  }

  /** The steps of one action, in order; empty when the plan has none. */
  public List<Step> stepsOf(StepAction action) {
    return steps.stream().filter(step -> step.action() == action).toList();
  }

  /** How much of the steps of one action is done, 0 to 100. */
  public double progressOf(StepAction action) {
    List<Step> of = stepsOf(action);
    long done = of.stream().filter(step -> step.state() == StepState.DONE).count();
    return of.isEmpty() ? 0 : 100.0 * done / of.size();
  }

  /** The mean over the actions that the plan has, as the API counts it; 0 to 100. */
  public double progress() {
    return Arrays.stream(StepAction.values())
        .filter(action -> !stepsOf(action).isEmpty())
        .mapToDouble(this::progressOf)
        .average()
        .orElse(0);
  }

  /**
   * @param attempt claims so far, put-back ones included; part of the lease's fence
   * @param failures attempts that ended in an error
   * @param checkpoint JSON text that the step left for its next run
   */
  public record Step(
      int step,
      int wave,
      StepAction action,
      @Nullable String nodeId,
      StepState state,
      int attempt,
      int failures,
      @Nullable String error,
      @Nullable String checkpoint,
      @Nullable Instant startedAt,
      @Nullable Instant finishedAt,
      @Nullable Instant leaseUntil) {}
}
