package io.holdpoint.manager;

import io.holdpoint.config.CommandConfig;
import io.holdpoint.store.SteerStore.Applied;
import io.holdpoint.task.Command.Steer;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Outcome.Kind;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adaptive micro-batching without a timer: one command alone is sent at once, and what arrives
 * while a statement is in flight goes together with the next. A batch holds one operation; the
 * order of arrival between operations is kept.
 *
 * <p>Equal tokens are merged here: the first is sent, the others wait for it and get its answer,
 * because two equal tokens in one statement could never commit. Not thread-safe: one event loop.
 */
final class Batcher {
  private static final Logger log = LoggerFactory.getLogger(Batcher.class);

  private final BatchRun run;
  private final CommandConfig config;
  private final ManagerMetrics metrics;
  private final LongSupplier nanoTime;
  private final ArrayDeque<Pending> queue = new ArrayDeque<>();
  private final Map<TokenKey, Pending> leaders = new HashMap<>();
  private int waiting;
  private long waitingBytes;
  private boolean busy;

  private record TokenKey(String accountId, String clientToken) {}

  /** Where a batch goes: one statement, one result per command in their order. */
  @FunctionalInterface
  interface Sink {
    Future<List<Applied>> apply(Operation operation, List<Steer> batch);
  }

  /**
   * @param nanoTime the scale of {@link io.holdpoint.task.Ticket#deadlineNanos()}
   */
  Batcher(CommandConfig config, BatchRun run, ManagerMetrics metrics, LongSupplier nanoTime) {
    this.config = config;
    this.run = run;
    this.metrics = metrics;
    this.nanoTime = nanoTime;
    metrics.watchQueue(() -> waiting, () -> waitingBytes);
  }

  /** The outcome of {@code command}; {@link Kind#OVERLOADED} at once when the queue is full. */
  Future<Outcome> submit(Steer command) {
    int weight = command.weight();
    if (waiting >= config.maxWaiting() || waitingBytes + weight > config.maxWaitingBytes()) {
      metrics.overloaded(command.operation());
      return Future.succeededFuture(Outcome.of(Kind.OVERLOADED));
    }
    waiting++;
    waitingBytes += weight;
    Pending pending = new Pending(command);
    admit(pending);
    pump();
    return pending.future();
  }

  private void admit(Pending pending) {
    Pending leader = leaders.putIfAbsent(key(pending), pending);
    if (leader == null) {
      queue.add(pending);
    } else {
      leader.follow(pending);
    }
  }

  private static TokenKey key(Pending pending) {
    var ticket = pending.command().ticket();
    return new TokenKey(ticket.accountId(), ticket.clientToken());
  }

  private void pump() {
    if (busy || queue.isEmpty()) {
      return;
    }
    busy = true;
    List<Pending> batch = nextBatch();
    run.send(batch, this::answer)
        .onComplete(
            sent -> {
              if (sent.failed()) {
                abandon(batch, sent.cause());
              } else {
                sent.result().forEach(this::comeAgain);
              }
              busy = false;
              pump();
            });
  }

  /** What is held up goes alone from now on, and lets others go first. */
  private void comeAgain(Pending heldUp) {
    heldUp.goAlone();
    run.breath()
        .onSuccess(
            over -> {
              queue.add(heldUp);
              pump();
            });
  }

  /** A defect of ours must not leave anybody waiting or block a token for ever. */
  private void abandon(List<Pending> batch, Throwable defect) {
    log.atError().setCause(defect).addKeyValue("commands", batch.size()).log("a batch broke off");
    for (Pending pending : batch) {
      if (!pending.future().isComplete()) {
        answer(pending, Outcome.of(Kind.UNAVAILABLE));
      }
    }
  }

  private List<Pending> nextBatch() {
    if (queue.element().alone()) {
      return List.of(queue.remove());
    }
    Operation operation = queue.element().command().operation();
    List<Pending> batch = new ArrayList<>(Math.min(queue.size(), config.maxBatch()));
    while (!queue.isEmpty()
        && batch.size() < config.maxBatch()
        && queue.element().command().operation() == operation
        && !queue.element().alone()) {
      batch.add(queue.remove());
    }
    return batch;
  }

  private void answer(Pending leader, Outcome outcome) {
    leaders.remove(key(leader));
    List<Pending> followers = leader.followers();
    finish(leader, outcome);
    for (Pending follower : followers) {
      answerFollower(leader, outcome, follower);
    }
  }

  private void answerFollower(Pending leader, Outcome outcome, Pending follower) {
    boolean sameIntent = follower.sameIntentAs(leader);
    if (outcome.kind().recorded() && sameIntent) {
      finish(follower, outcome.replayedFrom(leader.command().ticket().requestId()));
    } else if (outcome.kind().recorded()) {
      finish(follower, Outcome.of(Kind.MISMATCH));
    } else if (sameIntent && outcome.kind() != Kind.UNAVAILABLE) {
      finish(follower, outcome);
    } else if (follower.expired(nanoTime.getAsLong())) {
      finish(follower, Outcome.of(Kind.IN_PROGRESS));
    } else {
      // The leader left the token unused or its fate open: this one is the first now.
      admit(follower);
    }
  }

  private void finish(Pending pending, Outcome outcome) {
    waiting--;
    waitingBytes -= pending.command().weight();
    pending.complete(outcome);
  }
}
