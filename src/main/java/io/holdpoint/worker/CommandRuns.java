package io.holdpoint.worker;

import io.holdpoint.driver.RunState;
import io.holdpoint.driver.RunState.Phase;
import io.holdpoint.worker.NodeRecord.CommandChange;
import io.holdpoint.worker.NodeRecord.Guard;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The commands of a change that no interrupt may cut, there and back. */
final class CommandRuns {
  /** Names of the commands that were begun; kept before each begins. */
  private static final String BEGUN = "begun";

  private final NodeAccess node;
  private final NodeCommands commands;

  CommandRuns(NodeAccess node, NodeCommands commands) {
    this.node = node;
    this.commands = commands;
  }

  /**
   * Runs what has not ended well yet, then tries the new configuration.
   *
   * @param arm is told once that what the commands did waits to be loaded
   */
  Future<Void> forward(NodeRecord record, Function<List<String>, Future<Void>> arm) {
    if (record.commands().isEmpty()) {
      return Future.succeededFuture();
    }
    Future<Void> all = Future.succeededFuture();
    for (CommandChange command : record.commands()) {
      all = all.compose(before -> node.run().safePoint()).compose(safe -> run(record, command));
    }
    return all.compose(
            done -> arm.apply(record.commands().stream().map(CommandChange::why).toList()))
        .compose(armed -> commands.run("validate", record.validation()))
        .compose(this::requireValid)
        .compose(valid -> node.run().safePoint());
  }

  private Future<Void> requireValid(RunState state) {
    return state.succeeded()
        ? Future.succeededFuture()
        : GoodWait.end(
            StepEnd.Kind.NEEDS_HUMAN,
            node.id()
                + " was not restarted: with the change it would not start: "
                + Staging.lastLine(state));
  }

  private Future<Void> run(NodeRecord record, CommandChange command) {
    JsonArray begun = node.run().checkpoint().getJsonArray(BEGUN, new JsonArray());
    if (!begun.contains(command.name())) {
      node.run().checkpoint().put(BEGUN, begun.add(command.name()));
    }
    return node.run()
        .settling(
            command.why() + ": a kill in its midst would leave a node that cannot start",
            () -> commands.run(command.name(), command.forward()))
        .compose(state -> requireDone(record, command, state));
  }

  private Future<Void> requireDone(NodeRecord record, CommandChange command, RunState state) {
    if (state.succeeded()) {
      return Future.succeededFuture();
    }
    String why = node.id() + ": " + command.why() + " failed: " + Staging.lastLine(state);
    return state.phase() == Phase.LOST
        ? putBack(record).compose(done -> GoodWait.end(StepEnd.Kind.FAILED, why))
        : GoodWait.end(StepEnd.Kind.NEEDS_HUMAN, why);
  }

  /** A killed command restores nothing by itself. */
  private Future<Void> putBack(NodeRecord record) {
    Future<Void> all = Future.succeededFuture();
    for (Guard guard : record.guards()) {
      all =
          all.compose(before -> node.read(guard.backup()))
              .compose(
                  kept ->
                      kept.content() == null
                          ? Future.succeededFuture()
                          : node.write(guard.target(), kept.content()));
    }
    return all;
  }

  /**
   * Takes back what was begun, the last one first, once it is over.
   *
   * @param history of the step that began it
   */
  Future<Void> back(NodeRecord record, NodeHistory history) {
    JsonArray begun = history.changed().getJsonArray(BEGUN, new JsonArray());
    Future<Void> all = Future.succeededFuture();
    for (int i = record.commands().size() - 1; i >= 0; i--) {
      CommandChange command = record.commands().get(i);
      if (begun.contains(command.name())) {
        all = all.compose(before -> takeBack(record, command, history));
      }
    }
    return all;
  }

  private Future<Void> takeBack(NodeRecord record, CommandChange command, NodeHistory history) {
    JsonObject checkpoint = history.changed();
    return commands
        .awaitEnd(history.changedBy(), command.name(), checkpoint)
        .compose(over -> commands.run("list-" + command.name(), listing(command)))
        .compose(
            listed ->
                removesWhatIsNotThere(command, listed)
                    ? Future.succeededFuture()
                    : node.run()
                        .settling(
                            "taking back: " + command.why(),
                            () -> commands.run("back-" + command.name(), command.back()))
                        .compose(state -> requireDone(record, command, state)));
  }

  private static List<String> listing(CommandChange command) {
    return List.of(command.back().get(0), "list", "--verbose");
  }

  private static boolean removesWhatIsNotThere(CommandChange command, RunState listed) {
    String name = command.back().get(command.back().size() - 1);
    Pattern line = Pattern.compile("^\\s*" + Pattern.quote(name) + "( .*)?$", Pattern.MULTILINE);
    return command.back().get(1).equals("remove")
        && listed.succeeded()
        && !line.matcher(listed.output()).find();
  }
}
