package io.holdpoint.worker;

import io.holdpoint.config.WorkerConfig;
import io.holdpoint.driver.Drivers;
import io.holdpoint.driver.NodeDriver;
import io.holdpoint.task.Assignment;
import io.holdpoint.task.Node;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * What each step action does with its nodes. Every action observes before it acts, so that running
 * it again after a cut, a crash or a lost lease repeats nothing that is already done.
 */
final class StepWork {
  private final Drivers drivers;
  private final Context context;
  private final WorkerConfig config;
  private final StepOutput.Sink output;

  StepWork(Drivers drivers, Context context, WorkerConfig config, StepOutput.Sink output) {
    this.drivers = drivers;
    this.context = context;
    this.config = config;
    this.output = output;
  }

  Future<Void> perform(StepRun run, Assignment assignment) {
    List<NodeAccess> nodes = new ArrayList<>();
    for (Node node : assignment.nodes()) {
      boolean own =
          run.claim().nodeId() == null
              ? assignment.change().rollout().takes(node)
              : run.claim().nodeId().equals(node.nodeId());
      if (own) {
        NodeDriver driver = drivers.named(node.driver()).orElse(null);
        if (driver == null) {
          return GoodWait.end(
              StepEnd.Kind.NEEDS_HUMAN,
              "this worker has no driver called " + node.driver() + " for " + node.nodeId());
        }
        nodes.add(new NodeAccess(run, node, driver, context));
      }
    }
    if (nodes.isEmpty()) {
      return GoodWait.end(
          StepEnd.Kind.NEEDS_HUMAN,
          "the node " + run.claim().nodeId() + " is no longer registered");
    }
    return switch (run.claim().action()) {
      case CHECK -> new Inspection(nodes, assignment).check();
      case VERIFY -> new Inspection(nodes, assignment).verify();
      default -> onNode(nodes.get(0), assignment);
    };
  }

  private Future<Void> onNode(NodeAccess node, Assignment assignment) {
    StepRun run = node.run();
    var rollout = assignment.change().rollout();
    NodeCommands commands =
        new NodeCommands(node, new StepOutput(run.claim(), output), config.observeInterval());
    GoodWait goodWait =
        new GoodWait(
            node, config.observeInterval(), config.startTimeLimit(), rollout.trafficMillis());
    Restarting restarting =
        new Restarting(node, goodWait, config.observeInterval(), config.stopTimeLimit());
    NodeHistory history = NodeHistory.of(assignment, node.id());
    return switch (run.claim().action()) {
      case PREPARE -> new Preparation(node, commands).prepare(assignment.change());
      case RESTART ->
          new BatchGate(node, assignment, drivers, context)
              .pass()
              .compose(passed -> new RestartWork(node, restarting).restart());
      case APPLY ->
          new BatchGate(node, assignment, drivers, context)
              .pass()
              .compose(
                  passed -> new Application(node, history, commands, goodWait, restarting).apply());
      case REVERT -> new Reversal(node, history, commands, goodWait, restarting).revert();
      case SOAK -> new Soak(node, history, rollout.soakMillis(), config.observeInterval()).watch();
      case CHECK, VERIFY -> throw new IllegalStateException("not a step of one node");
    };
  }
}
