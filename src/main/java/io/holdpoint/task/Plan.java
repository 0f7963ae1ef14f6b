package io.holdpoint.task;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ordered steps of a change, and behind them those of the way back, which run only if the task
 * is turned. Steps of one wave may run at the same time; a wave begins when the one before is done.
 * No node is down or half changed between two steps, so every boundary is a safe point. The last
 * step of each direction only observes, so that it can be run again when the task was suspended
 * while it was in flight.
 */
public record Plan(List<PlannedStep> steps) {

  /**
   * @param step its number, from 1, unique in the task
   * @param wave from 1, without a gap over both directions
   * @param nodeId null when the step concerns the whole instance
   */
  public record PlannedStep(
      int step, int wave, Direction direction, StepAction action, @Nullable String nodeId) {}

  public Plan {
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("a plan has at least one step");
    }
  }

  /**
   * Check all; get all ready; then batch by batch change and watch; look at all again. Back: batch
   * by batch, the last one first.
   *
   * @param nodes those to change, in order
   */
  public static Plan of(Change change, List<Node> nodes) {
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("a change needs nodes");
    }
    Rollout rollout = change.rollout();
    List<List<Node>> batches = batches(nodes, rollout.batchOf(nodes.size()));
    Builder plan = new Builder();
    plan.wave(Direction.FORWARD, StepAction.CHECK);
    boolean restart = change.kind() == ChangeKind.RESTART;
    if (!restart) {
      plan.wave(Direction.FORWARD, StepAction.PREPARE, nodes);
    }
    for (List<Node> batch : batches) {
      plan.wave(Direction.FORWARD, restart ? StepAction.RESTART : StepAction.APPLY, batch);
      if (rollout.soakMillis() > 0) {
        plan.wave(Direction.FORWARD, StepAction.SOAK, batch);
      }
    }
    plan.wave(Direction.FORWARD, StepAction.VERIFY);
    if (!restart) {
      Collections.reverse(batches);
      batches.forEach(batch -> plan.wave(Direction.BACK, StepAction.REVERT, batch));
    }
    plan.wave(Direction.BACK, StepAction.VERIFY);
    return new Plan(plan.steps);
  }

  private static List<List<Node>> batches(List<Node> nodes, int size) {
    List<List<Node>> batches = new ArrayList<>();
    for (int from = 0; from < nodes.size(); from += size) {
      batches.add(nodes.subList(from, Math.min(nodes.size(), from + size)));
    }
    return batches;
  }

  public int stepsInFirstWave() {
    return (int) steps.stream().filter(step -> step.wave() == 1).count();
  }

  private static final class Builder {
    private final List<PlannedStep> steps = new ArrayList<>();
    private int wave;

    void wave(Direction direction, StepAction action) {
      wave++;
      steps.add(new PlannedStep(steps.size() + 1, wave, direction, action, null));
    }

    void wave(Direction direction, StepAction action, List<Node> nodes) {
      wave++;
      for (Node node : nodes) {
        steps.add(new PlannedStep(steps.size() + 1, wave, direction, action, node.nodeId()));
      }
    }
  }
}
