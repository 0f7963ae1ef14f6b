package io.holdpoint.manager;

import io.holdpoint.config.CommandConfig;
import io.holdpoint.store.SteerStore.Applied;
import io.holdpoint.task.Command.Steer;
import io.holdpoint.task.Nonce;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Outcome.Kind;
import io.holdpoint.task.Ticket;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adaptive micro-batching without a timer: one command alone is sent at once, and what arrives
 * while a statement is in flight goes together with the next. A batch holds one operation; what is
 * about one instance keeps its order, and accounts take turns ({@link FairQueue}).
 *
 * <p>Equal tokens are merged here, and equal nonces: the first is sent, the others wait for it and
 * get its answer, because two equal ones in one statement could never commit. A repeat that was
 * signed anew is sent after the first, so that its own nonce is remembered too. Not thread-safe:
 * one event loop.
 */
final class Batcher {
  private static final Logger log = LoggerFactory.getLogger(Batcher.class);

  private final BatchRun run;
  private final CommandConfig config;
  private final ManagerMetrics metrics;
  private final LongSupplier nanoTime;
  private final FairQueue queue = new FairQueue();
  private final HeldUp heldUp = new HeldUp();
  private final Map<TokenKey, Pending> leaders = new HashMap<>();
  private final Map<NonceKey, Pending> nonceLeaders = new HashMap<>();
  private int waiting;
  private long waitingBytes;
  private boolean busy;

  private record TokenKey(String accountId, String clientToken) {}

  private record NonceKey(String accountId, UUID nonce) {}

  /** Where a batch goes: one statement, one result per command in their order. */
  @FunctionalInterface
  interface Sink {
    Future<List<Applied>> apply(Operation operation, List<Steer> batch);
  }

  /**
   * @param nanoTime the scale of {@link Ticket#deadlineNanos()}
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
    // The last quarter is for interrupts: they are the last thing to be shed.
    boolean brake = command.operation() == Operation.INTERRUPT;
    long most = brake ? config.maxWaiting() : config.maxWaiting() - config.maxWaiting() / 4L;
    if (waitingBytes + weight > config.maxWaitingBytes()
        || waiting >= most && !(brake && makesRoom(command.ticket().accountId()))) {
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

  /** Another account's flood must not keep this one's interrupt out. */
  private boolean makesRoom(String accountId) {
    Pending displaced = queue.displace(accountId);
    if (displaced == null) {
      return false;
    }
    metrics.overloaded(displaced.command().operation());
    answer(displaced, Outcome.of(Kind.OVERLOADED));
    return true;
  }

  private void admit(Pending pending) {
    Pending leader = leaderOf(pending);
    if (leader != null) {
      leader.follow(pending);
      giveUpAtDeadline(pending);
      return;
    }
    lead(pending);
    if (!heldUp.adopt(pending)) {
      queue.add(pending);
    }
  }

  private @Nullable Pending leaderOf(Pending pending) {
    NonceKey nonce = nonceKey(pending);
    Pending leader = nonce == null ? null : nonceLeaders.get(nonce);
    return leader != null || pending.isTokenUsedUp() ? leader : leaders.get(key(pending));
  }

  private void lead(Pending pending) {
    if (!pending.isTokenUsedUp()) {
      leaders.put(key(pending), pending);
    }
    NonceKey nonce = nonceKey(pending);
    if (nonce != null) {
      nonceLeaders.put(nonce, pending);
    }
  }

  private void resign(Pending leader) {
    leaders.remove(key(leader), leader);
    NonceKey nonce = nonceKey(leader);
    if (nonce != null) {
      nonceLeaders.remove(nonce, leader);
    }
  }

  private static TokenKey key(Pending pending) {
    Ticket ticket = pending.command().ticket();
    return new TokenKey(ticket.accountId(), ticket.clientToken());
  }

  private static @Nullable NonceKey nonceKey(Pending pending) {
    Ticket ticket = pending.command().ticket();
    Nonce nonce = ticket.nonce();
    return nonce == null ? null : new NonceKey(ticket.accountId(), nonce.id());
  }

  /** A copy whose first request is still under way when its own time is up is told so. */
  private void giveUpAtDeadline(Pending follower) {
    long left = follower.command().ticket().deadlineNanos() - nanoTime.getAsLong();
    run.pause(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)))
        .onSuccess(over -> finish(follower, Outcome.of(Kind.IN_PROGRESS)));
  }

  private void pump() {
    if (busy || queue.isEmpty() && !heldUp.due()) {
      return;
    }
    busy = true;
    boolean aside = heldUp.due() && (queue.isEmpty() || !heldUp.wentLast());
    List<Pending> batch = aside ? heldUp.next(config.maxBatch()) : queue.next(config.maxBatch());
    heldUp.tookTurn(aside);
    // Inside the chain, so that a statement that throws does not stop the pump for ever.
    Future.succeededFuture(batch)
        .compose(sending -> run.send(sending, this::answer))
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

  /** What is held up waits aside from now on, with all that comes for its instance. */
  private void comeAgain(Pending stuck) {
    heldUp.add(stuck);
    run.breath()
        .onSuccess(
            over -> {
              heldUp.wake(stuck);
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

  private void answer(Pending leader, Outcome outcome) {
    resign(leader);
    heldUp.forget(leader);
    List<Pending> followers = leader.followers();
    finish(leader, outcome);
    for (Pending follower : followers) {
      answerFollower(leader, outcome, follower);
    }
  }

  private void answerFollower(Pending leader, Outcome outcome, Pending follower) {
    if (follower.future().isComplete()) {
      return;
    }
    if (follower.hasNonceOf(leader)) {
      answerCopy(leader, outcome, follower);
      return;
    }
    boolean sameIntent = follower.sameIntentAs(leader);
    if (outcome.kind().recorded() && follower.command().ticket().nonce() != null) {
      follower.tokenIsUsedUp();
      admit(follower);
    } else if (outcome.kind().recorded() && sameIntent) {
      finish(follower, outcome.replayedFrom(leader.command().ticket().requestId()));
    } else if (outcome.kind().recorded()) {
      finish(follower, Outcome.of(Kind.MISMATCH));
    } else if (sameIntent
        && outcome.kind() != Kind.UNAVAILABLE
        && follower.command().ticket().nonce() == null) {
      finish(follower, outcome);
    } else if (follower.expired(nanoTime.getAsLong())) {
      finish(follower, Outcome.of(Kind.IN_PROGRESS));
    } else {
      // The leader left the token unused or its fate open: this one is the first now.
      admit(follower);
    }
  }

  /** The nonce is used up by any definite answer. */
  private void answerCopy(Pending leader, Outcome outcome, Pending copy) {
    if (outcome.kind() == Kind.UNAVAILABLE) {
      admit(copy);
    } else if (!copy.sameRequestAs(leader)) {
      finish(copy, Outcome.of(Kind.NONCE_USED));
    } else if (outcome.kind().recorded()) {
      finish(copy, outcome.replayedFrom(leader.command().ticket().requestId()));
    } else {
      finish(copy, outcome);
    }
  }

  private void finish(Pending pending, Outcome outcome) {
    if (pending.complete(outcome)) {
      waiting--;
      waitingBytes -= pending.command().weight();
    }
  }
}
