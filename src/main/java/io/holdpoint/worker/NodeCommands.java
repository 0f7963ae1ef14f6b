package io.holdpoint.worker;

import io.holdpoint.driver.NodeCommand;
import io.holdpoint.driver.RunState;
import io.holdpoint.driver.RunState.Phase;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;

/**
 * Runs a step's commands on its node. They go on by themselves: a step that was cut, or a worker
 * that takes it over, finds them by their id. One that failed is begun again under a new id, at the
 * next attempt of the step only.
 */
final class NodeCommands {
  private static final String RUNS = "runs";

  private final NodeAccess node;
  private final StepOutput output;
  private final Duration every;

  NodeCommands(NodeAccess node, StepOutput output, Duration every) {
    this.node = node;
    this.output = output;
    this.every = every;
  }

  /**
   * Runs a command to its end, unless it ended well before.
   *
   * @param name tells the commands of a step apart: letters, digits and dashes
   * @return how it ended, well or not
   */
  Future<RunState> run(String name, List<String> arguments) {
    return state(id(name))
        .compose(
            found -> {
              boolean again =
                  found.phase() == Phase.LOST || found.phase() == Phase.ENDED && !found.succeeded();
              if (!again) {
                return begin(name, arguments);
              }
              runs().put(name, runs().getInteger(name, 0) + 1);
              return node.run().save().compose(saved -> begin(name, arguments));
            });
  }

  private Future<RunState> begin(String name, List<String> arguments) {
    NodeCommand command = new NodeCommand(id(name), arguments);
    return node.act(() -> node.driver().run(node.node(), command))
        .compose(state -> follow(command, state));
  }

  private Future<RunState> follow(NodeCommand command, RunState state) {
    output.show(command.id(), String.join(" ", command.arguments()), state.output());
    if (state.phase() == Phase.RUNNING) {
      return node.run()
          .pause(every)
          .compose(waited -> state(command.id()))
          .compose(next -> follow(command, next));
    }
    return output.flush().map(state);
  }

  /** Waits until a command of another step of the task is over; it may have been cut off. */
  Future<Void> awaitEnd(int step, String name, JsonObject otherCheckpoint) {
    JsonObject otherRuns = otherCheckpoint.getJsonObject(RUNS, new JsonObject());
    String id = id(step, name, otherRuns.getInteger(name, 0));
    return state(id)
        .compose(
            state ->
                state.phase() == Phase.RUNNING
                    ? node.run()
                        .pause(every)
                        .compose(waited -> awaitEnd(step, name, otherCheckpoint))
                    : Future.succeededFuture());
  }

  private Future<RunState> state(String id) {
    return node.look(() -> node.driver().runState(node.node(), id));
  }

  private String id(String name) {
    return id(node.run().claim().step(), name, runs().getInteger(name, 0));
  }

  private String id(int step, String name, int time) {
    return node.run().claim().taskId() + "-" + step + "-" + name + "-" + time;
  }

  private JsonObject runs() {
    JsonObject checkpoint = node.run().checkpoint();
    if (!checkpoint.containsKey(RUNS)) {
      checkpoint.put(RUNS, new JsonObject());
    }
    return checkpoint.getJsonObject(RUNS);
  }
}
