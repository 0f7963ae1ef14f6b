package io.holdpoint.task;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ordered steps of a change. Steps of one wave may run at the same time; a wave begins when the
 * one before is done. No node is down or half changed between two steps, so every boundary is a
 * safe point. The last step only observes, so that it can be run again when the task was suspended
 * while it was in flight.
 */
public record Plan(List<PlannedStep> steps) {

  /**
   * @param step its number, from 1, unique in the task
   * @param wave from 1
   * @param nodeId null when the step concerns the whole instance
   */
  public record PlannedStep(int step, int wave, StepAction action, @Nullable String nodeId) {}

  public Plan {
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("a plan has at least one step");
    }
  }

  /**
   * Check all, restart {@code batch} nodes at a time in the order given, verify all.
   *
   * @param batch how many nodes may be down at once, 1 or more
   */
  public static Plan rollingRestart(List<Node> nodes, int batch) {
    if (nodes.isEmpty() || batch < 1) {
      throw new IllegalArgumentException("a rolling restart needs nodes and a batch of 1 or more");
    }
    List<PlannedStep> steps = new ArrayList<>(nodes.size() + 2);
    steps.add(new PlannedStep(1, 1, StepAction.CHECK, null));
    int wave = 1;
    for (int i = 0; i < nodes.size(); i++) {
      if (i % batch == 0) {
        wave++;
      }
      steps.add(new PlannedStep(i + 2, wave, StepAction.RESTART, nodes.get(i).nodeId()));
    }
    steps.add(new PlannedStep(nodes.size() + 2, wave + 1, StepAction.VERIFY, null));
    return new Plan(steps);
  }

  public int stepsInFirstWave() {
    return (int) steps.stream().filter(step -> step.wave() == 1).count();
  }
}
