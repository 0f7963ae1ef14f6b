package io.holdpoint.worker;

import static io.holdpoint.task.Checkpoint.AFTER;
import static io.holdpoint.task.Checkpoint.ARMED_IN;
import static io.holdpoint.task.Checkpoint.BASELINE;
import static io.holdpoint.task.Checkpoint.BEFORE;
import static io.holdpoint.task.Checkpoint.PID;
import static io.holdpoint.task.Checkpoint.STOP_SENT;

import io.holdpoint.driver.NodeSignal;
import io.holdpoint.driver.NodeView;
import io.holdpoint.driver.NodeViewDocument;
import io.holdpoint.driver.Wanted;
import io.holdpoint.worker.Disk.Where;
import io.holdpoint.worker.NodeRecord.FileChange;
import io.holdpoint.worker.NodeRecord.Loading;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Takes the change of one node back: files and link from their backups, commands by their
 * opposites, then a restart or a reload if the process may have loaded what is taken back. A node
 * that was never touched is only looked at.
 */
final class Reversal {
  private final NodeAccess node;
  private final NodeHistory history;
  private final CommandRuns commandRuns;
  private final GoodWait goodWait;
  private final Restarting restarting;

  Reversal(
      NodeAccess node,
      NodeHistory history,
      NodeCommands commands,
      GoodWait goodWait,
      Restarting restarting) {
    this.node = node;
    this.history = history;
    this.goodWait = goodWait;
    this.restarting = restarting;
    commandRuns = new CommandRuns(node, commands);
  }

  Future<Void> revert() {
    NodeRecord record = history.record();
    NodeView prepared = history.baseline();
    if (record == null || prepared == null || history.changed().isEmpty()) {
      node.run().note("nothing to take back: it was never touched");
      return Future.succeededFuture();
    }
    takeOverTheStop();
    return restarting
        .remember()
        .compose(before -> node.view())
        .compose(
            seen ->
                SameNode.require(node, prepared, seen)
                    .compose(same -> Disk.look(node, record))
                    .compose(disk -> takeBack(record, prepared, seen, disk)))
        .map(
            after -> {
              node.run().checkpoint().put(AFTER, NodeViewDocument.write(after));
              return null;
            });
  }

  /** A node that was asked to end by the way there still has to be brought back. */
  private void takeOverTheStop() {
    JsonObject changed = history.changed();
    JsonObject own = node.run().checkpoint();
    if (!own.containsKey(BEFORE)
        && changed.getBoolean(STOP_SENT, false)
        && !changed.containsKey(AFTER)) {
      own.put(BEFORE, changed.getString(BEFORE)).put(STOP_SENT, true);
      if (changed.containsKey(PID)) {
        own.put(PID, changed.getLong(PID));
      }
      own.put(BASELINE, changed.getJsonObject(BASELINE));
    }
  }

  private Future<NodeView> takeBack(
      NodeRecord record, NodeView prepared, NodeView seen, Disk disk) {
    boolean restart = record.loading() == Loading.RESTART && mayHaveLoaded(seen);
    return commandRuns
        .back(record, history)
        .compose(
            back ->
                record.loading() == Loading.RESTART
                    ? restore(record, disk)
                        .compose(
                            restored ->
                                restart
                                    ? restarting.restart(prepared, wanted(record, prepared))
                                    : goodWait.good(prepared, wanted(record, prepared)))
                    : node.run()
                        .settling(
                            "from the rename back to the verified reload",
                            () ->
                                restore(record, disk)
                                    .compose(restored -> tell(record))
                                    .compose(
                                        told ->
                                            goodWait.goodAgain(
                                                prepared.withCountersOf(seen),
                                                wanted(record, prepared)))));
  }

  /** The process is another one than that under which the change was put on disk. */
  private boolean mayHaveLoaded(NodeView seen) {
    JsonObject changed = history.changed();
    String under = changed.getString(ARMED_IN, changed.getString(BEFORE, ""));
    return node.run().checkpoint().getBoolean(STOP_SENT, false)
        || !seen.up()
        || !under.equals(seen.ephemeralId());
  }

  private Future<Void> tell(NodeRecord record) {
    return record.loading() == Loading.SIGNAL_RELOAD
        ? node.signal(NodeSignal.HUP)
        : Future.succeededFuture();
  }

  private Future<Void> restore(NodeRecord record, Disk disk) {
    Future<Void> all = node.run().safePoint();
    for (FileChange file : record.files()) {
      if (disk.files().get(file.target()) == Where.NEW) {
        all = all.compose(before -> restore(file));
      }
    }
    if (record.link() != null && disk.link() == Where.NEW) {
      all = all.compose(before -> node.link(record.link().oldTarget(), record.link().link()));
    }
    return all;
  }

  private Future<Void> restore(FileChange file) {
    String backup = file.backup();
    if (backup == null) {
      return node.remove(file.target());
    }
    return node.read(backup)
        .compose(
            kept ->
                kept.content() == null
                    ? GoodWait.end(
                        StepEnd.Kind.NEEDS_HUMAN,
                        node.id() + ": the backup " + backup + " is gone; put it back and resume")
                    : node.write(file.target(), kept.content()));
  }

  private static Wanted wanted(NodeRecord record, NodeView prepared) {
    Map<String, String> plugins = new HashMap<>();
    prepared.plugins().keySet().forEach(name -> plugins.put(name, ""));
    Set<String> gone = new HashSet<>(record.wanted().plugins().keySet());
    gone.removeAll(plugins.keySet());
    return new Wanted(
        false, null, Set.of(), Set.of(), Set.of(), Set.of(), Map.copyOf(plugins), gone);
  }
}
