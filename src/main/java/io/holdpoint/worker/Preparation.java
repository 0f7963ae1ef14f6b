package io.holdpoint.worker;

import static io.holdpoint.task.Checkpoint.BASELINE;
import static io.holdpoint.task.Checkpoint.RECORD;

import io.holdpoint.driver.Capability;
import io.holdpoint.driver.NodeView;
import io.holdpoint.driver.NodeViewDocument;
import io.holdpoint.task.Change;
import io.vertx.core.Future;
import java.util.Set;

/**
 * Gets one node ready: works out what the change does to it, keeps backups, stages the new files
 * and tries them, without the running node noticing. What it worked out is the record that applying
 * and reverting follow. It can be cut anywhere and done again.
 */
final class Preparation {
  private final NodeAccess node;
  private final NodeCommands commands;

  Preparation(NodeAccess node, NodeCommands commands) {
    this.node = node;
    this.commands = commands;
  }

  Future<Void> prepare(Change change) {
    Staging staging = new Staging(node, commands);
    return node.require(
            Set.of(Capability.LIFECYCLE, Capability.FILES, Capability.COMMANDS, Capability.SIGNAL))
        .compose(able -> staging.refuseCentralManagement())
        .compose(own -> node.view())
        .compose(
            baseline ->
                recipe(change, staging, baseline)
                    .compose(
                        record -> {
                          node.run()
                              .checkpoint()
                              .put(BASELINE, NodeViewDocument.write(baseline))
                              .put(RECORD, record.document());
                          return node.run().save();
                        }));
  }

  private Future<NodeRecord> recipe(Change change, Staging staging, NodeView baseline) {
    if (change instanceof Change.Settings settings) {
      return new SettingsRecipe(node, staging).record(settings);
    }
    if (change instanceof Change.Pipelines pipelines) {
      return new PipelinesRecipe(node, staging).record(pipelines, baseline);
    }
    if (change instanceof Change.Plugins plugins) {
      return new PluginsRecipe(node, staging).record(plugins, baseline);
    }
    if (change instanceof Change.Version version) {
      return new VersionRecipe(node, staging, commands).record(version, baseline);
    }
    throw new IllegalStateException("a restart has nothing to prepare");
  }
}
