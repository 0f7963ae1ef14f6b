package io.holdpoint.task;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a worker needs to run a step.
 *
 * @param nodes all nodes of the instance, in order
 * @param change what was asked for
 * @param steps the whole plan
 */
public record Assignment(List<Node> nodes, Change change, List<Planned> steps) {
  public Assignment {
    nodes = List.copyOf(nodes);
    steps = List.copyOf(steps);
  }

  /**
   * A step of the plan as it stands.
   *
   * @param checkpoint JSON text; null unless it is of the same node, or the claim is for all nodes
   */
  public record Planned(
      int step,
      int wave,
      Direction direction,
      StepAction action,
      @Nullable String nodeId,
      StepState state,
      int attempt,
      boolean bad,
      @Nullable String checkpoint) {}
}
