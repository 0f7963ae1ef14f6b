package io.holdpoint.task;

import static io.holdpoint.task.Direction.BACK;
import static io.holdpoint.task.Direction.FORWARD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.task.Plan.PlannedStep;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final Change RESTART = new Change.Restart(Rollout.PLAIN);

  @Test
  void rollingRestartTakesOneNodeAfterTheOther() {
    Plan plan = Plan.of(RESTART, nodes(3));

    assertThat(plan.steps())
        .containsExactly(
            new PlannedStep(1, 1, FORWARD, StepAction.CHECK, null),
            new PlannedStep(2, 2, FORWARD, StepAction.RESTART, "node-1"),
            new PlannedStep(3, 3, FORWARD, StepAction.RESTART, "node-2"),
            new PlannedStep(4, 4, FORWARD, StepAction.RESTART, "node-3"),
            new PlannedStep(5, 5, FORWARD, StepAction.VERIFY, null),
            new PlannedStep(6, 6, BACK, StepAction.VERIFY, null));
    assertThat(plan.stepsInFirstWave()).isEqualTo(1);
  }

  @Test
  void allNodesArePreparedBeforeTheFirstIsChangedAndTheWayBackIsTheOtherWayRound() {
    Plan plan = Plan.of(settings(rollout(2, null, 100)), nodes(3));

    assertThat(plan.steps())
        .containsExactly(
            new PlannedStep(1, 1, FORWARD, StepAction.CHECK, null),
            new PlannedStep(2, 2, FORWARD, StepAction.PREPARE, "node-1"),
            new PlannedStep(3, 2, FORWARD, StepAction.PREPARE, "node-2"),
            new PlannedStep(4, 2, FORWARD, StepAction.PREPARE, "node-3"),
            new PlannedStep(5, 3, FORWARD, StepAction.APPLY, "node-1"),
            new PlannedStep(6, 3, FORWARD, StepAction.APPLY, "node-2"),
            new PlannedStep(7, 4, FORWARD, StepAction.SOAK, "node-1"),
            new PlannedStep(8, 4, FORWARD, StepAction.SOAK, "node-2"),
            new PlannedStep(9, 5, FORWARD, StepAction.APPLY, "node-3"),
            new PlannedStep(10, 6, FORWARD, StepAction.SOAK, "node-3"),
            new PlannedStep(11, 7, FORWARD, StepAction.VERIFY, null),
            new PlannedStep(12, 8, BACK, StepAction.REVERT, "node-3"),
            new PlannedStep(13, 9, BACK, StepAction.REVERT, "node-1"),
            new PlannedStep(14, 9, BACK, StepAction.REVERT, "node-2"),
            new PlannedStep(15, 10, BACK, StepAction.VERIFY, null));
  }

  @Test
  void lastStepOfEachDirectionOnlyObserves() {
    for (Direction direction : Direction.values()) {
      List<PlannedStep> steps =
          Plan.of(settings(Rollout.PLAIN), nodes(2)).steps().stream()
              .filter(step -> step.direction() == direction)
              .toList();
      assertThat(steps.get(steps.size() - 1).action()).isEqualTo(StepAction.VERIFY);
    }
  }

  @Test
  void noNodesAreNoPlan() {
    assertThatThrownBy(() -> Plan.of(RESTART, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> rollout(0, null, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void forcedBatchIsAShareOfTheNodesAndAtLeastOne() {
    assertThat(rollout(1, 50.0, 0).batchOf(5)).isEqualTo(2);
    assertThat(rollout(1, 1.0, 0).batchOf(5)).isEqualTo(1);
    assertThat(rollout(1, 100.0, 0).batchOf(5)).isEqualTo(5);
    assertThat(rollout(1, null, 0).batchOf(5)).isEqualTo(1);
    assertThat(rollout(3, null, 0).batchOf(5)).isEqualTo(3);
  }

  private static Change settings(Rollout rollout) {
    return new Change.Settings(rollout, Map.of("pipeline.workers", "2"), Map.of());
  }

  private static Rollout rollout(int maxUnavailable, Double batchPercent, long soakMillis) {
    return new Rollout(List.of(), maxUnavailable, batchPercent, 0, soakMillis, 0, false);
  }

  private static List<Node> nodes(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(
            i ->
                new Node(
                    "default",
                    "ls-cn-1",
                    "node-" + i,
                    "10.0.0." + i,
                    "simulated",
                    null,
                    null,
                    Map.of()))
        .toList();
  }
}
