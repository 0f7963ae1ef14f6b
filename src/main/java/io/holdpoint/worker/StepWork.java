package io.holdpoint.worker;

import io.holdpoint.driver.Drivers;
import io.holdpoint.driver.NodeDriver;
import io.holdpoint.driver.Observation;
import io.holdpoint.task.Node;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/**
 * What each step action does with its nodes. Every action observes before it acts, so that running
 * it again after a cut, a crash or a lost lease repeats nothing that is already done.
 */
final class StepWork {
  /** Checkpoint members: the process before the restart, and that it was asked to stop. */
  static final String BEFORE = "before";

  static final String STOP_SENT = "stopSent";

  private final Drivers drivers;
  private final Context context;
  private final Duration observeEvery;

  StepWork(Drivers drivers, Context context, Duration observeEvery) {
    this.drivers = drivers;
    this.context = context;
    this.observeEvery = observeEvery;
  }

  Future<Void> perform(StepRun run, List<Node> nodes) {
    if (nodes.isEmpty()) {
      return failed("the node " + run.claim().nodeId() + " is no longer registered");
    }
    return switch (run.claim().action()) {
      case CHECK, VERIFY -> observeAll(run, nodes, 0);
      case RESTART -> restart(run, nodes.get(0));
    };
  }

  private Future<Void> observeAll(StepRun run, List<Node> nodes, int from) {
    if (from == nodes.size()) {
      return Future.succeededFuture();
    }
    Node node = nodes.get(from);
    return run.safePoint()
        .compose(safe -> observe(run, node))
        .compose(
            seen ->
                seen.good()
                    ? observeAll(run, nodes, from + 1)
                    : failed(node.nodeId() + " is not good: " + seen.detail()));
  }

  private Future<Void> restart(StepRun run, Node node) {
    return observe(run, node)
        .compose(
            seen -> {
              if (run.checkpoint().containsKey(BEFORE)) {
                return Future.succeededFuture(seen);
              }
              run.checkpoint().put(BEFORE, seen.ephemeralId() == null ? "" : seen.ephemeralId());
              return run.save().map(seen);
            })
        .compose(
            seen -> {
              if (replaced(run, seen)) {
                return awaitGood(run, node);
              }
              return run.checkpoint().getBoolean(STOP_SENT, false) || !seen.up()
                  ? awaitGone(run, node)
                  : run.safePoint().compose(safe -> stop(run, node));
            });
  }

  private static boolean replaced(StepRun run, Observation seen) {
    return seen.up() && !run.checkpoint().getString(BEFORE).equals(seen.ephemeralId());
  }

  private Future<Void> stop(StepRun run, Node node) {
    // Kept after the deed: a crash between the two may ask a process twice to end, which does no
    // harm, while a stop that was noted and never sent would be waited for without end.
    return driver(node)
        .compose(driver -> run.act(() -> Future.fromCompletionStage(driver.stop(node), context)))
        .compose(
            sent -> {
              run.checkpoint().put(STOP_SENT, true);
              return run.save();
            })
        .compose(saved -> awaitGone(run, node));
  }

  private Future<Void> awaitGone(StepRun run, Node node) {
    return observe(run, node)
        .compose(
            seen -> {
              if (!seen.up()) {
                return driver(node)
                    .compose(
                        driver ->
                            run.act(() -> Future.fromCompletionStage(driver.start(node), context)))
                    .compose(launched -> awaitGood(run, node));
              }
              return replaced(run, seen)
                  ? awaitGood(run, node)
                  : run.pause(observeEvery).compose(waited -> awaitGone(run, node));
            });
  }

  private Future<Void> awaitGood(StepRun run, Node node) {
    return observe(run, node)
        .compose(
            seen -> {
              if (seen.good()) {
                return Future.succeededFuture();
              }
              return seen.up()
                  ? run.pause(observeEvery).compose(waited -> awaitGood(run, node))
                  : failed(node.nodeId() + " did not come back: " + seen.detail());
            });
  }

  private Future<Observation> observe(StepRun run, Node node) {
    return driver(node)
        .compose(driver -> run.await(Future.fromCompletionStage(driver.observe(node), context)));
  }

  private Future<NodeDriver> driver(Node node) {
    return drivers
        .named(node.driver())
        .map(Future::succeededFuture)
        .orElseGet(
            () ->
                Future.failedFuture(
                    new StepEnd(
                        StepEnd.Kind.NEEDS_HUMAN,
                        "this worker has no driver called "
                            + node.driver()
                            + " for "
                            + node.nodeId())));
  }

  private static Future<Void> failed(String why) {
    return Future.failedFuture(new StepEnd(StepEnd.Kind.FAILED, why));
  }
}
