package io.holdpoint.cli;

import io.holdpoint.cli.CallEnd.Kind;
import io.holdpoint.cli.CallReply.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request until there is a definite answer or the time is over. That is safe because every
 * attempt carries the same client token, or repeats what changes nothing further when repeated;
 * each is signed anew. Between two attempts it waits as long as the service asks, else from 100 ms
 * on twice as long each time, at most 2 s, up to half of it by chance.
 */
final class CallAttempts {
  private static final Duration LONGEST_ATTEMPT = Duration.ofSeconds(10);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final CallSender sender;
  private final Function<CallRequest, Map<String, String>> signer;
  private final LongSupplier nanoTime;
  private final LongConsumer pauseNanos;
  private final DoubleSupplier chance;
  private final Listener listener;

  /** Is told of each attempt that another one follows. */
  interface Listener {
    void again(int attempt, @Nullable CallReply reply, @Nullable IOException failure);
  }

  CallAttempts(
      CallSender sender,
      Function<CallRequest, Map<String, String>> signer,
      LongSupplier nanoTime,
      LongConsumer pauseNanos,
      DoubleSupplier chance,
      Listener listener) {
    this.sender = sender;
    this.signer = signer;
    this.nanoTime = nanoTime;
    this.pauseNanos = pauseNanos;
    this.chance = chance;
    this.listener = listener;
  }

  /**
   * @param limit for all attempts together
   */
  CallEnd run(CallOperation operation, CallRequest request, Duration limit) {
    long deadline = nanoTime.getAsLong() + limit.toNanos();
    boolean inDoubt = false;
    for (int attempt = 1; ; attempt++) {
      CallReply reply = null;
      IOException failure = null;
      try {
        reply = sender.send(request, signer.apply(request), within(deadline));
      } catch (IOException noReply) {
        failure = noReply;
      }
      Verdict verdict = reply == null ? Verdict.UNAVAILABLE : reply.verdict(operation.json());
      Duration pause = pause(attempt, reply);
      boolean inTime = deadline - nanoTime.getAsLong() > pause.toNanos();
      if (!inTime || !worthAnother(verdict, failure)) {
        return new CallEnd(kind(operation, verdict, reply, inDoubt), attempt, reply, failure);
      }
      inDoubt |= verdict == Verdict.UNAVAILABLE && !CallFailure.isUnsent(failure);
      listener.again(attempt, reply, failure);
      pauseNanos.accept(pause.toNanos());
    }
  }

  private Duration within(long deadline) {
    Duration left = Duration.ofNanos(Math.max(1, deadline - nanoTime.getAsLong()));
    return left.compareTo(LONGEST_ATTEMPT) < 0 ? left : LONGEST_ATTEMPT;
  }

  private Duration pause(int attempt, @Nullable CallReply reply) {
    Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(attempt - 1, 10));
    long most = Math.min(doubled.toNanos(), LONGEST_PAUSE.toNanos());
    Duration own = Duration.ofNanos(most - (long) (chance.getAsDouble() * most / 2));
    return reply == null ? own : reply.retryAfter().orElse(own);
  }

  /** A certificate that is not trusted now will not be in a second either. */
  private static boolean worthAnother(Verdict verdict, @Nullable IOException failure) {
    return (verdict == Verdict.THROTTLED || verdict == Verdict.UNAVAILABLE)
        && !Thread.currentThread().isInterrupted()
        && !CallFailure.isUntrusted(failure);
  }

  /**
   * @param inDoubt whether an earlier attempt may have had its effect unseen
   */
  private static Kind kind(
      CallOperation operation, Verdict verdict, @Nullable CallReply reply, boolean inDoubt) {
    switch (verdict) {
      case DONE:
        return Kind.DONE;
      case FALSE:
        return Kind.FALSE;
      case REFUSED:
      case THROTTLED:
        boolean tellsOfEarlier =
            operation.takesClientToken() && reply != null && !reply.refusedBeforeToken();
        return operation.changing() && inDoubt && !tellsOfEarlier ? Kind.UNKNOWN : Kind.REFUSED;
      case UNAVAILABLE:
      case STRANGE:
        return Kind.UNKNOWN;
    }
    throw new IllegalStateException("every verdict is handled above");
  }
}
