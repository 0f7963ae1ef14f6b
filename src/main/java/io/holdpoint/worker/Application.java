package io.holdpoint.worker;

import static io.holdpoint.task.Checkpoint.AFTER;
import static io.holdpoint.task.Checkpoint.ARMED;
import static io.holdpoint.task.Checkpoint.ARMED_IN;
import static io.holdpoint.task.Checkpoint.FOUND;
import static io.holdpoint.task.Checkpoint.STOP_SENT;

import io.holdpoint.driver.NodeSignal;
import io.holdpoint.driver.NodeView;
import io.holdpoint.driver.NodeViewDocument;
import io.holdpoint.driver.Wanted;
import io.holdpoint.worker.Disk.Where;
import io.holdpoint.worker.NodeRecord.FileChange;
import io.holdpoint.worker.NodeRecord.Loading;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Makes a prepared change on one node: commands, files, link, then a restart or a reload, until the
 * node is good. Each attempt looks first, and does only what is not done yet, by whomever.
 */
final class Application {
  private final NodeAccess node;
  private final NodeHistory history;
  private final CommandRuns commandRuns;
  private final GoodWait goodWait;
  private final Restarting restarting;

  Application(
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

  Future<Void> apply() {
    NodeRecord record = history.record();
    NodeView prepared = history.baseline();
    if (record == null || prepared == null) {
      return GoodWait.end(StepEnd.Kind.NEEDS_HUMAN, node.id() + " was never prepared");
    }
    return restarting
        .remember()
        .compose(before -> node.view())
        .compose(seen -> SameNode.require(node, prepared, seen).map(seen))
        .compose(
            seen ->
                Disk.look(node, record)
                    .compose(disk -> node.run().save().map(disk))
                    .compose(disk -> change(record, prepared, seen, disk)))
        .compose(
            after -> {
              JsonObject checkpoint = node.run().checkpoint();
              checkpoint.remove(ARMED);
              checkpoint.put(AFTER, NodeViewDocument.write(after));
              return Future.succeededFuture();
            });
  }

  private Future<NodeView> change(NodeRecord record, NodeView prepared, NodeView seen, Disk disk) {
    if (record.changesNothing()) {
      node.run().note("nothing to change: it was as wanted");
      return goodWait.good(prepared.withCountersOf(seen), Wanted.UNCHANGED);
    }
    if (record.loading() != Loading.RESTART) {
      return reload(record, prepared.withCountersOf(seen), disk);
    }
    if (doneBySomebodyElse(record, prepared, seen, disk)) {
      node.run().checkpoint().put(FOUND, "done-by-somebody-else");
      node.run().note("done by somebody else: files and process were the new ones");
      return goodWait.good(prepared, record.wanted());
    }
    boolean begun = node.run().checkpoint().getBoolean(STOP_SENT, false);
    return (begun ? Future.<Void>succeededFuture() : commandRuns.forward(record, this::armOnce))
        .compose(run -> disk.has(Where.OLD) ? commit(record, disk) : Future.succeededFuture())
        .compose(committed -> restarting.restart(prepared, record.wanted()));
  }

  /** Somebody put the files there and restarted the node between its preparation and now. */
  private boolean doneBySomebodyElse(
      NodeRecord record, NodeView prepared, NodeView seen, Disk disk) {
    JsonObject checkpoint = node.run().checkpoint();
    return record.commands().isEmpty()
        && !disk.has(Where.OLD)
        && !checkpoint.containsKey(ARMED_IN)
        && !checkpoint.getBoolean(STOP_SENT, false)
        && seen.answers()
        && !Objects.equals(seen.ephemeralId(), prepared.ephemeralId());
  }

  private Future<Void> commit(NodeRecord record, Disk disk) {
    return node.run()
        .safePoint()
        .compose(safe -> rename(record, disk))
        .compose(
            renamed -> {
              List<String> paths = new ArrayList<>();
              record.files().forEach(file -> paths.add(file.target()));
              if (record.link() != null) {
                paths.add(record.link().link());
              }
              return arm(paths);
            })
        .compose(armed -> node.run().safePoint());
  }

  private Future<Void> armOnce(List<String> paths) {
    return node.run().checkpoint().containsKey(ARMED_IN) ? Future.succeededFuture() : arm(paths);
  }

  /** On disk, not loaded: from now on any restart loads it, also one that nobody asked for. */
  private Future<Void> arm(List<String> paths) {
    return node.view()
        .compose(
            seen ->
                node.probe()
                    .compose(
                        process -> {
                          restarting.remember(seen, process);
                          String running = seen.ephemeralId() == null ? "" : seen.ephemeralId();
                          node.run()
                              .checkpoint()
                              .put(ARMED_IN, running)
                              .put(ARMED, new JsonArray(new ArrayList<>(paths)));
                          return node.run().save();
                        }));
  }

  private Future<Void> rename(NodeRecord record, Disk disk) {
    Future<Void> renamed = Future.succeededFuture();
    for (FileChange file : record.files()) {
      if (disk.files().get(file.target()) == Where.OLD) {
        renamed = renamed.compose(done -> node.commit(file.staged(), file.target()));
      }
    }
    if (record.link() != null && disk.link() == Where.OLD) {
      renamed = renamed.compose(done -> node.link(record.link().newTarget(), record.link().link()));
    }
    return renamed;
  }

  /** The seconds between the rename and the verified reload are not to be cut. */
  private Future<NodeView> reload(NodeRecord record, NodeView baseline, Disk disk) {
    return node.run()
        .safePoint()
        .compose(
            safe ->
                node.run()
                    .settling(
                        "from the rename to the verified reload",
                        () ->
                            rename(record, disk)
                                .compose(
                                    renamed ->
                                        record.loading() == Loading.SIGNAL_RELOAD
                                            ? node.signal(NodeSignal.HUP)
                                            : Future.succeededFuture())
                                .compose(told -> goodWait.good(baseline, record.wanted()))));
  }
}
