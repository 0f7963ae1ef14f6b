package io.holdpoint.manager;

import io.holdpoint.store.InstanceStore;
import io.holdpoint.store.InstanceStore.Change;
import io.holdpoint.store.ReadStore;
import io.holdpoint.task.Answer;
import io.holdpoint.task.Command;
import io.holdpoint.task.Instance;
import io.holdpoint.task.Node;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Outcome.Kind;
import io.holdpoint.task.Outcome.Refusal;
import io.holdpoint.task.Plan;
import io.holdpoint.task.Query;
import io.holdpoint.task.TaskEvent;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The rare commands, one statement each: create an instance, start a change, replace the nodes. A
 * change is planned for one revision of the nodes and planned again when they changed meanwhile.
 */
final class InstanceChanges {
  private final InstanceStore store;
  private final ReadStore reads;
  private final Consumer<TaskEvent> publisher;
  private final Retry retry;

  InstanceChanges(
      InstanceStore store, ReadStore reads, Consumer<TaskEvent> publisher, Retry retry) {
    this.store = store;
    this.reads = reads;
    this.publisher = publisher;
    this.retry = retry;
  }

  Future<Outcome> create(Command.Create command) {
    return retry.untilDeadline(command.ticket(), () -> store.create(command));
  }

  Future<Outcome> putNodes(Command.PutNodes command) {
    return retry.untilDeadline(command.ticket(), () -> store.putNodes(command));
  }

  /** The token decides first, then the instance, then its state. */
  Future<Outcome> restart(Command.Restart command) {
    UUID taskId = UUID.randomUUID();
    return retry.untilDeadline(
        command.ticket(),
        () ->
            store
                .find(command.ticket())
                .compose(
                    earlier ->
                        earlier.isPresent()
                            ? Future.succeededFuture(earlier.get())
                            : plan(command, taskId)));
  }

  private Future<Outcome> plan(Command.Restart command, UUID taskId) {
    var question = new Query.DescribeInstance(command.ticket().accountId(), command.instanceId());
    return reads
        .describe(question)
        .compose(
            answer ->
                answer instanceof Answer.Described described
                    ? start(command, taskId, described.instance())
                    : Future.succeededFuture(Outcome.of(Kind.NOT_FOUND)));
  }

  private Future<Outcome> start(Command.Restart command, UUID taskId, Instance instance) {
    if (instance.nodes().isEmpty()) {
      return Future.succeededFuture(Outcome.refused(Refusal.NO_NODES));
    }
    List<String> addresses = command.options().addresses();
    List<Node> chosen =
        addresses.isEmpty()
            ? instance.nodes()
            : instance.nodes().stream().filter(n -> addresses.contains(n.address())).toList();
    if (chosen.stream().map(Node::address).distinct().count()
        < addresses.stream().distinct().count()) {
      return Future.succeededFuture(Outcome.refused(Refusal.UNKNOWN_NODE));
    }
    Plan plan = Plan.rollingRestart(chosen, command.options().batchOf(chosen.size()));
    Change change = new Change(taskId, "restart", parameters(command), instance.revision(), plan);
    return store
        .start(command, change)
        .compose(
            started -> {
              if (started.revised()) {
                return plan(command, taskId);
              }
              if (started.event() != null) {
                publisher.accept(started.event());
              }
              return Future.succeededFuture(started.outcome());
            });
  }

  private static String parameters(Command.Restart command) {
    var options = command.options();
    return new JsonObject()
        .put("nodes", options.addresses())
        .put("force", options.force())
        .put("batchCount", options.batchPercent())
        .encode();
  }
}
