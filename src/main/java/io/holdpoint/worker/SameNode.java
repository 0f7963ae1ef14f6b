package io.holdpoint.worker;

import io.holdpoint.driver.NodeView;
import io.holdpoint.task.Checkpoint;
import io.holdpoint.task.Decision;
import io.vertx.core.Future;

/** Tells a node from another one that took its address. */
final class SameNode {
  private SameNode() {}

  static Future<Void> require(NodeAccess node, NodeView before, NodeView seen) {
    boolean replaced = seen.answers() && before.id() != null && !before.id().equals(seen.id());
    if (!replaced || node.run().claim().decision() == Decision.ACCEPT_DRIFT) {
      return Future.succeededFuture();
    }
    node.run().checkpoint().put(Checkpoint.FOUND, "replaced");
    return GoodWait.end(
        StepEnd.Kind.DRIFT,
        node.id()
            + " was replaced: its id is "
            + seen.id()
            + ", expected "
            + before.id()
            + "; abandon the task, or bring the old node back and resume");
  }
}
