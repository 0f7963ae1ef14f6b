package io.holdpoint.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.task.Plan.PlannedStep;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanTest {
  @Test
  void rollingRestartTakesOneNodeAfterTheOther() {
    Plan plan = Plan.rollingRestart(nodes(3), 1);

    assertThat(plan.steps())
        .containsExactly(
            new PlannedStep(1, 1, StepAction.CHECK, null),
            new PlannedStep(2, 2, StepAction.RESTART, "node-1"),
            new PlannedStep(3, 3, StepAction.RESTART, "node-2"),
            new PlannedStep(4, 4, StepAction.RESTART, "node-3"),
            new PlannedStep(5, 5, StepAction.VERIFY, null));
    assertThat(plan.stepsInFirstWave()).isEqualTo(1);
  }

  @Test
  void batchTakesSeveralNodesInOneWave() {
    Plan plan = Plan.rollingRestart(nodes(5), 2);

    assertThat(plan.steps()).extracting(PlannedStep::wave).containsExactly(1, 2, 2, 3, 3, 4, 5);
  }

  @Test
  void lastStepOnlyObserves() {
    List<PlannedStep> steps = Plan.rollingRestart(nodes(1), 1).steps();
    assertThat(steps.get(steps.size() - 1).action()).isEqualTo(StepAction.VERIFY);
  }

  @Test
  void noNodesAreNoPlan() {
    assertThatThrownBy(() -> Plan.rollingRestart(List.of(), 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Plan.rollingRestart(nodes(1), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void forcedBatchIsAShareOfTheNodesAndAtLeastOne() {
    assertThat(new Command.RestartOptions(List.of(), true, 50.0).batchOf(5)).isEqualTo(2);
    assertThat(new Command.RestartOptions(List.of(), true, 1.0).batchOf(5)).isEqualTo(1);
    assertThat(new Command.RestartOptions(List.of(), true, 100.0).batchOf(5)).isEqualTo(5);
    assertThat(new Command.RestartOptions(List.of(), false, null).batchOf(5)).isEqualTo(1);
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
