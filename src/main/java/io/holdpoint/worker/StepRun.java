package io.holdpoint.worker;

import io.holdpoint.driver.NodeException;
import io.holdpoint.store.StoreException;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.Settlement;
import io.holdpoint.task.Settlement.Result;
import io.holdpoint.task.StepClaim;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One claimed step while it runs: its waits, its checkpoint, its active time, and the ways to end
 * it early. What it does to its node goes through {@link #act}, what it waits for through {@link
 * #await}; what no interrupt may cut is wrapped in {@link #settling}. Not thread-safe: one event
 * loop.
 */
final class StepRun {
  private static final int LONGEST_REASON = 1_000;

  private final Vertx vertx;
  private final StepClaim claim;
  private final Saver saver;
  private final Duration lease;
  private final LongSupplier nanoTime;
  private final Duration timeLimit;
  private final ActiveClock clock;
  private final JsonObject checkpoint;
  private @Nullable InterruptMode interrupt;
  private @Nullable StepEnd end;
  private @Nullable Promise<?> waiting;
  private @Nullable String settling;
  private @Nullable String note;
  private boolean turned;
  private long limitTimer = -1;
  private long renewedNanos;
  private long seenEpoch;
  private boolean ended;

  /** Keeps a checkpoint and why the step must not be cut; false means that the lease is lost. */
  interface Saver {
    Future<Boolean> save(StepClaim claim, String checkpoint, @Nullable String settling);
  }

  /**
   * @param saver keeps the checkpoint
   * @param lease how long the claim, and each renewal, holds
   * @param claimedNanos when the claim was sent: the lease cannot have begun earlier
   * @param timeLimit active time over all attempts; past it a human must decide
   */
  StepRun(
      Vertx vertx,
      StepClaim claim,
      Saver saver,
      Duration lease,
      long claimedNanos,
      Duration timeLimit,
      LongSupplier nanoTime) {
    this.lease = lease;
    this.nanoTime = nanoTime;
    renewedNanos = claimedNanos;
    this.vertx = vertx;
    this.claim = claim;
    seenEpoch = claim.claimEpoch();
    this.saver = saver;
    this.timeLimit = timeLimit;
    clock = new ActiveClock(nanoTime);
    checkpoint = claim.checkpoint() == null ? new JsonObject() : new JsonObject(claim.checkpoint());
  }

  StepClaim claim() {
    return claim;
  }

  JsonObject checkpoint() {
    return checkpoint;
  }

  /** Runs {@code work}; never fails. A lost lease ends with no settlement: null. */
  Future<@Nullable Settlement> run(Supplier<Future<Void>> work) {
    goOn();
    return work.get()
        .transform(
            done -> {
              ended = true;
              stopLimit();
              clock.stand();
              return Future.succeededFuture(
                  done.succeeded()
                      ? settlement(Result.DONE, note, null)
                      : settlementOf(done.cause()));
            });
  }

  private @Nullable Settlement settlementOf(Throwable cause) {
    if (cause instanceof StepEnd early) {
      return switch (early.kind()) {
        case CUT -> settlement(Result.PUT_BACK, early.getMessage(), null);
        case LOST -> null;
        case FAILED, BAD, DRIFT, NEEDS_HUMAN ->
            settlement(Result.FAILED, early.getMessage(), early.kind());
      };
    }
    if (cause instanceof StoreException) {
      // The database failed, not the node: no attempt is charged for it.
      return settlement(Result.PUT_BACK, "the database did not answer", null);
    }
    if (cause instanceof NodeException refused && refused.kind() == NodeException.Kind.REFUSED) {
      return settlement(Result.FAILED, refused.getMessage(), StepEnd.Kind.NEEDS_HUMAN);
    }
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return settlement(Result.FAILED, message, StepEnd.Kind.FAILED);
  }

  private Settlement settlement(
      Result result, @Nullable String reason, StepEnd.@Nullable Kind failure) {
    return new Settlement(
        result,
        checkpoint.encode(),
        reason == null ? null : line(reason),
        clock.millis(),
        failure == null ? null : failure.hold(),
        failure == StepEnd.Kind.BAD);
  }

  private static String line(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
  }

  /**
   * The task is suspended: active time stands still, and {@code mode} says what is cut. Word of an
   * older epoch than the latest heard of is ignored, within one epoch the stricter mode counts.
   */
  void suspend(InterruptMode mode, long epoch) {
    boolean known = epoch == seenEpoch && interrupt != null && !mode.stricterThan(interrupt);
    if (ended || epoch < seenEpoch || known) {
      return;
    }
    seenEpoch = epoch;
    clock.stand();
    stopLimit();
    interrupt = mode;
    if (mode == InterruptMode.NOW && settling == null) {
      cutWait(cutNow());
    }
  }

  private static StepEnd cutNow() {
    return new StepEnd(StepEnd.Kind.CUT, "cut by an interrupt in mode now");
  }

  /** The task goes the other way by now: the step ends at its next safe point. */
  void turn() {
    turned = true;
  }

  /** The task runs again; word of an older epoch is ignored. */
  void resume(long epoch) {
    if (!ended && epoch >= seenEpoch) {
      seenEpoch = epoch;
      goOn();
    }
  }

  private void goOn() {
    if (clock.running()) {
      return;
    }
    interrupt = null;
    clock.run();
    long left = timeLimit.toMillis() - claim.spentMillis() - clock.millis();
    limitTimer =
        vertx.setTimer(
            Math.max(1, left),
            fired ->
                endWith(
                    new StepEnd(
                        StepEnd.Kind.NEEDS_HUMAN,
                        "the step was active longer than its limit of "
                            + timeLimit.toSeconds()
                            + " s; look at the node, then resume or revert")));
  }

  private void stopLimit() {
    if (limitTimer >= 0) {
      vertx.cancelTimer(limitTimer);
      limitTimer = -1;
    }
  }

  /** The lease was renewed by a request sent then. */
  void renewed(long sentNanos) {
    renewedNanos = sentNanos;
  }

  private boolean leaseOver() {
    return nanoTime.getAsLong() - renewedNanos > lease.toNanos();
  }

  /**
   * Does something to the node, unless the step has ended or its lease may be over: a worker that
   * was frozen must not act on a node that somebody else has taken over.
   */
  <T> Future<T> act(Supplier<Future<T>> deed) {
    if (end == null && leaseOver()) {
      endWith(new StepEnd(StepEnd.Kind.LOST, "the lease ran out"));
    }
    return end == null ? deed.get() : Future.failedFuture(end);
  }

  /** Ends the step at its next wait or safe point, or at once when it waits now. */
  void endWith(StepEnd why) {
    if (end == null) {
      end = why;
      cutWait(why);
    }
  }

  private void cutWait(StepEnd why) {
    Promise<?> cut = waiting;
    if (cut != null) {
      waiting = null;
      cut.tryFail(why);
    }
  }

  /** A moment at which the step may end with its node settled. */
  Future<Void> safePoint() {
    if (end != null) {
      return Future.failedFuture(end);
    }
    if (turned) {
      return Future.failedFuture(
          new StepEnd(StepEnd.Kind.CUT, "cut at a safe point: the task goes back"));
    }
    if (interrupt != null && interrupt != InterruptMode.FINISH_STEP) {
      return Future.failedFuture(
          new StepEnd(
              StepEnd.Kind.CUT, "cut at a safe point by an interrupt in mode " + interrupt.text()));
    }
    return Future.succeededFuture();
  }

  /** Waits for something that goes on by itself, so that no longer waiting does no harm. */
  <T> Future<T> await(Future<T> something) {
    if (end != null) {
      return Future.failedFuture(end);
    }
    if (interrupt == InterruptMode.NOW && settling == null) {
      return Future.failedFuture(cutNow());
    }
    Promise<T> promise = Promise.promise();
    waiting = promise;
    something.onComplete(
        value -> {
          promise.tryComplete(value);
        },
        failure -> {
          promise.tryFail(failure);
        });
    return promise.future();
  }

  Future<Void> pause(Duration duration) {
    Promise<Void> over = Promise.promise();
    long timer = vertx.setTimer(Math.max(1, duration.toMillis()), fired -> over.complete());
    return await(over.future()).onFailure(cut -> vertx.cancelTimer(timer));
  }

  /**
   * Does what no interrupt may cut, and says why meanwhile. A worker that stops or loses its lease
   * still leaves it: whoever comes next looks how far it got.
   */
  <T> Future<T> settling(String why, Supplier<Future<T>> work) {
    settling = why;
    return save()
        .compose(saved -> work.get())
        .eventually(
            () -> {
              settling = null;
              return end == null ? save() : Future.succeededFuture();
            });
  }

  /** Goes into the history when the step is done. */
  void note(String text) {
    note = text;
  }

  /** On a clock that never stands still, for limits of the node's own doings. */
  long nanos() {
    return nanoTime.getAsLong();
  }

  /** Keeps what the next attempt must know; on a lost lease the step ends. */
  Future<Void> save() {
    return saver
        .save(claim, checkpoint.encode(), settling)
        .compose(
            kept ->
                kept
                    ? Future.succeededFuture()
                    : Future.failedFuture(new StepEnd(StepEnd.Kind.LOST, "the lease is lost")));
  }
}
