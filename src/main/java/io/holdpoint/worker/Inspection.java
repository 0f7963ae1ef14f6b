package io.holdpoint.worker;

import io.holdpoint.driver.Goodness;
import io.holdpoint.driver.Judgement;
import io.holdpoint.driver.NodeView;
import io.holdpoint.driver.Wanted;
import io.holdpoint.task.Assignment;
import io.holdpoint.task.Direction;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The steps that look at all nodes of a change and touch none: before anything is done, and at the
 * end. Between two nodes they can be cut.
 */
final class Inspection {
  private final List<NodeAccess> nodes;
  private final Assignment assignment;

  Inspection(List<NodeAccess> nodes, Assignment assignment) {
    this.nodes = nodes;
    this.assignment = assignment;
  }

  Future<Void> check() {
    return each(
        0,
        new ArrayList<>(),
        (node, seen) ->
            assignment.change().rollout().allowDegraded()
                ? ""
                : reason(Goodness.judge(seen, seen, Wanted.UNCHANGED)));
  }

  /** Every node is good, as it was after its change, and all run the same texts. */
  Future<Void> verify() {
    Map<String, String> hashes = new HashMap<>();
    return each(0, new ArrayList<>(), (node, seen) -> verified(node, seen, hashes));
  }

  private String verified(NodeAccess node, NodeView seen, Map<String, String> hashes) {
    NodeHistory history = NodeHistory.of(assignment, node.id());
    NodeRecord record = history.record();
    boolean back = node.run().claim().direction() == Direction.BACK;
    NodeView then = back ? history.baseline() : history.after();
    Wanted wanted = Wanted.UNCHANGED;
    if (then == null && record != null && !back) {
      // Tolerated within the failure budget: in the end it has to be what the change wants.
      then = history.baseline();
      wanted = record.wanted();
    }
    NodeView baseline = then == null ? seen : then.withCountersOf(seen);
    String wrong = reason(Goodness.judge(seen, baseline, wanted));
    if (!wrong.isEmpty() || record == null || back) {
      return wrong;
    }
    Set<String> changed = record.wanted().changedPipelines();
    for (String pipeline : changed) {
      var present = seen.pipelines().get(pipeline);
      String first = present == null ? null : hashes.putIfAbsent(pipeline, present.hash());
      if (first != null && !first.equals(present.hash())) {
        return "its pipeline " + pipeline + " runs another text than those of the nodes before it";
      }
    }
    return "";
  }

  private static String reason(Judgement judgement) {
    return judgement.verdict() == Judgement.Verdict.GOOD ? "" : judgement.reason();
  }

  private interface Look {
    /** Empty when the node is good. */
    String wrong(NodeAccess node, NodeView seen);
  }

  /** Looks at all before it says what is wrong: the operator should know of every node at once. */
  private Future<Void> each(int from, List<String> wrong, Look look) {
    if (from == nodes.size()) {
      return wrong.isEmpty()
          ? Future.succeededFuture()
          : GoodWait.end(StepEnd.Kind.FAILED, String.join("; ", wrong));
    }
    NodeAccess node = nodes.get(from);
    return node.run()
        .safePoint()
        .compose(safe -> node.view())
        .compose(
            seen -> {
              String why = seen.up() ? look.wrong(node, seen) : "not running: " + seen.detail();
              if (!why.isEmpty()) {
                wrong.add(node.id() + " is not good: " + why);
              }
              return each(from + 1, wrong, look);
            });
  }
}
