package io.holdpoint.worker;

import static io.holdpoint.task.Checkpoint.AFTER;

import io.holdpoint.driver.Capability;
import io.holdpoint.driver.NodeViewDocument;
import io.holdpoint.driver.Wanted;
import io.vertx.core.Future;
import java.util.Set;

/** The step that restarts a node for its own sake. */
final class RestartWork {
  private final NodeAccess node;
  private final Restarting restarting;

  RestartWork(NodeAccess node, Restarting restarting) {
    this.node = node;
    this.restarting = restarting;
  }

  Future<Void> restart() {
    return node.require(Set.of(Capability.LIFECYCLE))
        .compose(able -> restarting.remember())
        .compose(before -> restarting.restart(before, Wanted.RESTARTED))
        .map(
            after -> {
              node.run().checkpoint().put(AFTER, NodeViewDocument.write(after));
              return null;
            });
  }
}
