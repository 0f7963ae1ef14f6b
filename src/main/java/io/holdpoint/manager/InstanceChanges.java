package io.holdpoint.manager;

import io.holdpoint.store.InstanceStore;
import io.holdpoint.store.InstanceStore.PlannedChange;
import io.holdpoint.store.ReadStore;
import io.holdpoint.store.TurnStore;
import io.holdpoint.task.Answer;
import io.holdpoint.task.Command;
import io.holdpoint.task.Instance;
import io.holdpoint.task.Node;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Outcome.Kind;
import io.holdpoint.task.Outcome.Refusal;
import io.holdpoint.task.Plan;
import io.holdpoint.task.Query;
import io.holdpoint.task.Rollout;
import io.holdpoint.task.TaskEvent;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The rare commands: create an instance, replace the nodes, start a change, turn a task. A change
 * is planned for one revision of the nodes and planned again when they changed meanwhile.
 */
final class InstanceChanges {
  private final InstanceStore store;
  private final TurnStore turns;
  private final ReadStore reads;
  private final Consumer<TaskEvent> publisher;
  private final Retry retry;

  InstanceChanges(
      InstanceStore store,
      TurnStore turns,
      ReadStore reads,
      Consumer<TaskEvent> publisher,
      Retry retry) {
    this.store = store;
    this.turns = turns;
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

  Future<Outcome> refused(Command.Refused command) {
    return retry.untilDeadline(
        command.ticket(), () -> store.answered(command.ticket(), Outcome.of(Kind.DENIED)));
  }

  /** The token decides first, then the instance, then its state. */
  Future<Outcome> start(Command.StartChange command) {
    UUID taskId = UUID.randomUUID();
    return retry.untilDeadline(
        command.ticket(),
        () ->
            store
                .find(command.ticket())
                .compose(
                    earlier ->
                        earlier.isPresent()
                            ? store.answered(command.ticket(), earlier.get())
                            : plan(command, taskId)));
  }

  private Future<Outcome> plan(Command.StartChange command, UUID taskId) {
    var question = new Query.DescribeInstance(command.ticket().accountId(), command.instanceId());
    return reads
        .describe(question)
        .compose(
            answer ->
                answer instanceof Answer.Described described
                    ? start(command, taskId, described.instance())
                    : store.answered(command.ticket(), Outcome.of(Kind.NOT_FOUND)));
  }

  private Future<Outcome> start(Command.StartChange command, UUID taskId, Instance instance) {
    if (instance.nodes().isEmpty()) {
      return store.answered(command.ticket(), Outcome.refused(Refusal.NO_NODES));
    }
    Rollout rollout = command.change().rollout();
    List<Node> chosen = instance.nodes().stream().filter(rollout::takes).toList();
    boolean unknown =
        rollout.nodes().stream()
            .anyMatch(
                name ->
                    chosen.stream()
                        .noneMatch(
                            node -> node.address().equals(name) || node.nodeId().equals(name)));
    if (unknown) {
      return store.answered(command.ticket(), Outcome.refused(Refusal.UNKNOWN_NODE));
    }
    Plan plan = Plan.of(command.change(), chosen);
    return store
        .start(command, new PlannedChange(taskId, instance.revision(), plan))
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

  Future<Outcome> turn(Command.Turn command) {
    return retry.untilDeadline(
        command.ticket(),
        () ->
            turns
                .turn(command)
                .map(
                    turned -> {
                      if (turned.event() != null) {
                        publisher.accept(turned.event());
                      }
                      return turned.outcome();
                    }));
  }
}
