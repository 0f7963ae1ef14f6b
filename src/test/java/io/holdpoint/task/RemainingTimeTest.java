package io.holdpoint.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.ChangeTask.Step;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The time that a task has still to run, by what its steps took before. */
class RemainingTimeTest {
  private static final Map<StepAction, Long> TYPICAL =
      Map.of(StepAction.CHECK, 1_000L, StepAction.RESTART, 20_000L, StepAction.VERIFY, 3_000L);

  @Test
  void wavesFollowEachOtherAndStepsOfOneWaveRunTogether() {
    ChangeTask task =
        task(
            TYPICAL,
            step(1, 1, StepAction.CHECK, StepState.DONE, 900),
            step(2, 2, StepAction.RESTART, StepState.PENDING, 0),
            step(3, 2, StepAction.RESTART, StepState.PENDING, 0),
            step(4, 3, StepAction.RESTART, StepState.PENDING, 0),
            step(5, 4, StepAction.VERIFY, StepState.PENDING, 0));

    assertThat(task.remainingMillis()).isEqualTo(OptionalLong.of(20_000 + 20_000 + 3_000));
  }

  @Test
  void timeThatAStepRanIsTakenOffButNeverMoreThanItTypicallyTakes() {
    ChangeTask task =
        task(
            TYPICAL,
            step(1, 1, StepAction.RESTART, StepState.RUNNING, 15_000),
            step(2, 2, StepAction.RESTART, StepState.PENDING, 50_000),
            step(3, 3, StepAction.VERIFY, StepState.PENDING, 0));

    assertThat(task.remainingMillis()).isEqualTo(OptionalLong.of(5_000 + 3_000));
  }

  @Test
  void stepsOfTheOtherDirectionDoNotCount() {
    ChangeTask task =
        task(
            TYPICAL,
            step(1, 1, StepAction.VERIFY, StepState.PENDING, 0),
            back(2, 2, StepAction.RESTART));

    assertThat(task.remainingMillis()).isEqualTo(OptionalLong.of(3_000));
  }

  @Test
  void withoutHistoryOfAnActionThatIsLeftNothingIsPromised() {
    ChangeTask task =
        task(
            Map.of(StepAction.RESTART, 20_000L),
            step(1, 1, StepAction.RESTART, StepState.PENDING, 0),
            step(2, 2, StepAction.VERIFY, StepState.PENDING, 0));

    assertThat(task.remainingMillis()).isEmpty();
  }

  @Test
  void whatIsDoneNeedsNoHistory() {
    ChangeTask task = task(Map.of(), step(1, 1, StepAction.CHECK, StepState.DONE, 10));

    assertThat(task.remainingMillis()).isEqualTo(OptionalLong.of(0));
  }

  private static ChangeTask task(Map<StepAction, Long> typical, Step... steps) {
    return new ChangeTask(
        new UUID(0, 1),
        "ls-cn-a",
        "restart",
        Direction.FORWARD,
        TaskState.RUNNING,
        2,
        3,
        null,
        null,
        0,
        0,
        0,
        Instant.EPOCH,
        Instant.EPOCH,
        null,
        null,
        null,
        List.of(steps),
        typical);
  }

  private static Step step(int step, int wave, StepAction action, StepState state, long active) {
    return new Step(
        step,
        wave,
        Direction.FORWARD,
        action,
        null,
        state,
        1,
        0,
        null,
        false,
        active,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private static Step back(int step, int wave, StepAction action) {
    return new Step(
        step,
        wave,
        Direction.BACK,
        action,
        null,
        StepState.PENDING,
        0,
        0,
        null,
        false,
        0,
        null,
        null,
        null,
        null,
        null,
        null);
  }
}
