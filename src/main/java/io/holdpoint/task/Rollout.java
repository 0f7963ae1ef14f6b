package io.holdpoint.task;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a change goes over the nodes of an instance.
 *
 * @param nodes the addresses or ids of the nodes to change; empty means all
 * @param maxUnavailable how many nodes may be down or not good at a time, 1 or more
 * @param batchPercent takes the place of {@code maxUnavailable}: over 0 and at most 100 percent of
 *     the nodes
 * @param failureBudget how many nodes may turn bad by the change before the wave stops; those
 *     within the budget are left as they are and have to be good at the end
 * @param soakMillis how long a changed node is watched before the next batch; 0 for not at all
 * @param trafficMillis within this time events must pass through a changed node; 0 asks for none
 * @param allowDegraded go on although a node is not good before the change
 */
public record Rollout(
    List<String> nodes,
    int maxUnavailable,
    @Nullable Double batchPercent,
    int failureBudget,
    long soakMillis,
    long trafficMillis,
    boolean allowDegraded) {

  /** One node at a time, no failure tolerated, no soak. */
  public static final Rollout PLAIN = new Rollout(List.of(), 1, null, 0, 0, 0, false);

  public Rollout {
    nodes = List.copyOf(nodes);
    if (maxUnavailable < 1 || failureBudget < 0 || soakMillis < 0 || trafficMillis < 0) {
      throw new IllegalArgumentException("a rollout out of bounds");
    }
  }

  /** How many of {@code nodeCount} nodes may be down at a time; one at least. */
  public int batchOf(int nodeCount) {
    return batchPercent == null
        ? Math.min(maxUnavailable, Math.max(1, nodeCount))
        : Math.max(1, (int) Math.floor(nodeCount * batchPercent / 100.0));
  }

  /** Whether {@code node} is among the chosen ones. */
  public boolean takes(Node node) {
    return nodes.isEmpty() || nodes.contains(node.address()) || nodes.contains(node.nodeId());
  }
}
