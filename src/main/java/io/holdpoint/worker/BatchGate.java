package io.holdpoint.worker;

import io.holdpoint.driver.Drivers;
import io.holdpoint.driver.NodeDriver;
import io.holdpoint.task.Assignment;
import io.holdpoint.task.Assignment.Planned;
import io.holdpoint.task.Node;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps the number of nodes that are away at a time: before a node is touched, the others of the
 * instance must answer, but for those of the same batch and as many as may be unavailable beside
 * it. Nodes that the failure budget tolerated are not counted.
 */
final class BatchGate {
  private static final int OK = 200;

  private final NodeAccess node;
  private final Assignment assignment;
  private final Drivers drivers;
  private final Context context;

  BatchGate(NodeAccess node, Assignment assignment, Drivers drivers, Context context) {
    this.node = node;
    this.assignment = assignment;
    this.drivers = drivers;
    this.context = context;
  }

  Future<Void> pass() {
    int wave = wave();
    Set<String> notCounted =
        assignment.steps().stream()
            .filter(step -> step.nodeId() != null && (step.wave() == wave || step.bad()))
            .map(Planned::nodeId)
            .collect(Collectors.toSet());
    List<Node> others =
        assignment.nodes().stream().filter(other -> !notCounted.contains(other.nodeId())).toList();
    var rollout = assignment.change().rollout();
    long batch = assignment.steps().stream().filter(step -> step.wave() == wave).count();
    long chosen = assignment.nodes().stream().filter(rollout::takes).count();
    long spare = Math.max(0, rollout.batchOf((int) chosen) - batch);
    return away(others, 0, new ArrayList<>())
        .compose(
            away ->
                away.size() <= spare || rollout.allowDegraded()
                    ? Future.succeededFuture()
                    : GoodWait.end(
                        StepEnd.Kind.FAILED,
                        "the batch gate is closed: " + String.join(", ", away) + " not available"));
  }

  private int wave() {
    return assignment.steps().stream()
        .filter(step -> step.step() == node.run().claim().step())
        .findFirst()
        .map(Planned::wave)
        .orElse(0);
  }

  private Future<List<String>> away(List<Node> others, int from, List<String> away) {
    if (from == others.size()) {
      return Future.succeededFuture(away);
    }
    Node other = others.get(from);
    return available(other)
        .compose(
            there -> {
              if (!there) {
                away.add(other.nodeId());
              }
              return away(others, from + 1, away);
            });
  }

  private Future<Boolean> available(Node other) {
    NodeDriver driver = drivers.named(other.driver()).orElse(null);
    if (driver == null) {
      return Future.succeededFuture(false);
    }
    NodeAccess access = new NodeAccess(node.run(), other, driver, context);
    return access
        .look(() -> driver.get(other, "/"))
        .map(reply -> reply.status() == OK)
        .recover(
            failure ->
                failure instanceof StepEnd
                    ? Future.failedFuture(failure)
                    : Future.succeededFuture(false));
  }
}
