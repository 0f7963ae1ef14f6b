package io.holdpoint.worker;

import static io.holdpoint.task.Checkpoint.BASELINE;
import static io.holdpoint.task.Checkpoint.BEFORE;
import static io.holdpoint.task.Checkpoint.EVIDENCE;
import static io.holdpoint.task.Checkpoint.PID;
import static io.holdpoint.task.Checkpoint.STOP_SENT;

import io.holdpoint.driver.NodeSignal;
import io.holdpoint.driver.NodeView;
import io.holdpoint.driver.NodeViewDocument;
import io.holdpoint.driver.ProcessState;
import io.holdpoint.driver.Wanted;
import io.holdpoint.task.Decision;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stops the process of one node and brings it back, once: what the checkpoint keeps of the process
 * before tells after a cut, a crash or a lost lease whether that was done already.
 */
final class Restarting {
  private final NodeAccess node;
  private final GoodWait goodWait;
  private final Duration every;
  private final Duration stopLimit;
  private @Nullable Long stopSince;

  Restarting(NodeAccess node, GoodWait goodWait, Duration every, Duration stopLimit) {
    this.node = node;
    this.goodWait = goodWait;
    this.every = every;
    this.stopLimit = stopLimit;
  }

  private StepRun run() {
    return node.run();
  }

  private JsonObject checkpoint() {
    return run().checkpoint();
  }

  /** Keeps the node as it is before the step, once; later attempts go by what the first one saw. */
  Future<NodeView> remember() {
    if (checkpoint().containsKey(BASELINE)) {
      return Future.succeededFuture(NodeViewDocument.read(checkpoint().getJsonObject(BASELINE)));
    }
    return node.view()
        .compose(
            seen ->
                node.probe()
                    .compose(
                        process -> {
                          checkpoint().put(BASELINE, NodeViewDocument.write(seen));
                          remember(seen, process);
                          return run().save().map(seen);
                        }));
  }

  /** The process to replace is the present one; nothing was asked of it yet. */
  void remember(NodeView seen, ProcessState process) {
    String ephemeralId = seen.ephemeralId();
    checkpoint().put(BEFORE, process.up() && ephemeralId != null ? ephemeralId : "");
    if (process.up() && process.pid() != null) {
      checkpoint().put(PID, process.pid());
    }
  }

  /** Restarts the process that {@link #remember} saw; the node is good afterwards. */
  Future<NodeView> restart(NodeView baseline, Wanted wanted) {
    return node.view()
        .compose(
            seen ->
                node.probe()
                    .compose(
                        process -> {
                          if (replaced(seen, process)) {
                            run()
                                .note(
                                    checkpoint().getBoolean(STOP_SENT, false)
                                        ? "done by itself: the process had come back"
                                        : "done by somebody else: the process was another one");
                            return goodWait.good(baseline, wanted);
                          }
                          return stopAndStart(process)
                              .compose(up -> goodWait.good(baseline, wanted));
                        }));
  }

  private Future<Void> stopAndStart(ProcessState process) {
    if (!process.up()) {
      return node.start();
    }
    boolean sent = checkpoint().getBoolean(STOP_SENT, false);
    if (sent && run().claim().decision() == Decision.KILL) {
      run().note("the process was killed: a human decided so");
      return node.signal(NodeSignal.KILL).compose(killed -> awaitGone());
    }
    return sent ? awaitGone() : run().safePoint().compose(safe -> stop());
  }

  private Future<Void> stop() {
    // Kept after the deed: a crash between the two may ask a process twice to end, which does no
    // harm, while a stop that was noted and never sent would be waited for without end.
    return node.stop()
        .compose(
            sent -> {
              checkpoint().put(STOP_SENT, true);
              return run().save();
            })
        .compose(saved -> awaitGone());
  }

  private boolean replaced(NodeView seen, ProcessState process) {
    String before = checkpoint().getString(BEFORE, "");
    if (!process.up()) {
      return false;
    }
    if (before.isEmpty() && !checkpoint().containsKey(PID)) {
      // There was none before: whoever started one, it is up.
      return true;
    }
    return seen.answers() && !before.isEmpty()
        ? !before.equals(seen.ephemeralId())
        : anotherPid(process);
  }

  private boolean anotherPid(ProcessState process) {
    Long pid = checkpoint().getLong(PID);
    return pid != null && process.pid() != null && !pid.equals(process.pid());
  }

  private Future<Void> awaitGone() {
    if (stopSince == null) {
      stopSince = run().nanos();
    }
    return node.probe()
        .compose(
            process -> {
              if (!process.up()) {
                return node.start();
              }
              if (anotherPid(process)) {
                return Future.succeededFuture();
              }
              long waited = run().nanos() - stopSince;
              if (waited > stopLimit.toNanos()) {
                return stuck(TimeUnit.NANOSECONDS.toSeconds(waited));
              }
              return run().pause(every).compose(paused -> awaitGone());
            });
  }

  /** Never a silent kill: what a human needs to decide is kept, and the task is held. */
  private Future<Void> stuck(long seconds) {
    return node.view()
        .compose(
            seen ->
                node.hotThreads()
                    .compose(
                        threads -> {
                          JsonObject evidence = StopEvidence.of(seen, threads, seconds);
                          checkpoint().put(EVIDENCE, evidence);
                          return Future.failedFuture(
                              new StepEnd(
                                  StepEnd.Kind.NEEDS_HUMAN,
                                  node.id()
                                      + " does not end, "
                                      + seconds
                                      + " s after it was asked to; "
                                      + evidence.getString("killLoses")
                                      + "; decide: wait, kill or abandon"));
                        }));
  }
}
