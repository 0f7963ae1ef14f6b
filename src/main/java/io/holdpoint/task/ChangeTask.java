package io.holdpoint.task;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A change task as it stands, with its steps in order.
 *
 * @param activeMillis time spent running; it stands still while suspended
 * @param stepsStartedAfterAck step-begin events that follow an interrupt without a resume between,
 *     counted from the history; anything but 0 is a broken promise
 * @param typicalMillis active time that a step of an action took in this fleet; empty in lists
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
    List<Step> steps,
    Map<StepAction, Long> typicalMillis) {

  public ChangeTask {
    steps = List.copyOf(steps);
    typicalMillis = Map.copyOf(typicalMillis);
  }

  /**
   * Active time that the steps left will take, by what such steps took before: steps of one wave
   * run together. Empty while one of them has no history.
   */
  public OptionalLong remainingMillis() {
    Map<Integer, Long> waves = new TreeMap<>();
    for (Step step : steps) {
      if (step.direction() == direction && step.state() != StepState.DONE) {
        Long typical = typicalMillis.get(step.action());
        if (typical == null) {
          return OptionalLong.empty();
        }
        waves.merge(step.wave(), Math.max(0, typical - step.activeMillis()), Math::max);
      }
    }
    return OptionalLong.of(waves.values().stream().mapToLong(Long::longValue).sum());
  }

  /**
   * The steps that count: of the way there, or, once the task was turned, of the way back with
   * those that had begun before.
   */
  public List<Step> present() {
    return steps.stream()
        .filter(
            step ->
                step.direction() == direction
                    || direction == Direction.BACK && step.startedAt() != null)
        .toList();
  }

  /** The steps of one action in the present direction, in order; empty when there are none. */
  public List<Step> stepsOf(StepAction action) {
    return steps.stream()
        .filter(step -> step.action() == action && step.direction() == direction)
        .toList();
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
   * @param bad its node turned bad by the change and was tolerated
   * @param activeMillis active time over all attempts that have ended
   * @param settling why the step in flight must not be cut now; null when it may
   * @param checkpoint JSON text that the step left for its next run
   */
  public record Step(
      int step,
      int wave,
      Direction direction,
      StepAction action,
      @Nullable String nodeId,
      StepState state,
      int attempt,
      int failures,
      @Nullable String error,
      boolean bad,
      long activeMillis,
      @Nullable String settling,
      @Nullable Instant settlingSince,
      @Nullable String checkpoint,
      @Nullable Instant startedAt,
      @Nullable Instant finishedAt,
      @Nullable Instant leaseUntil) {}
}
