package io.holdpoint.manager;

import io.holdpoint.store.StoreException;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Outcome.Kind;
import io.holdpoint.task.Ticket;
import io.vertx.core.Future;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs an exactly-once command again until it has a definite answer or its deadline passes. */
final class Retry {
  private static final Logger log = LoggerFactory.getLogger(Retry.class);
  private static final long PAUSE_MILLIS = 25;

  private final LongFunction<Future<Void>> pause;
  private final LongSupplier nanoTime;

  Retry(LongFunction<Future<Void>> pause, LongSupplier nanoTime) {
    this.pause = pause;
    this.nanoTime = nanoTime;
  }

  Future<Outcome> untilDeadline(Ticket ticket, Supplier<Future<Outcome>> attempt) {
    if (nanoTime.getAsLong() - ticket.deadlineNanos() >= 0) {
      return Future.succeededFuture(Outcome.of(Kind.UNAVAILABLE));
    }
    return attempt
        .get()
        .recover(
            failure -> {
              StoreException known = StoreException.of(failure);
              if (!known.retryable()) {
                log.atError()
                    .addKeyValue("requestId", ticket.requestId())
                    .log("a statement cannot succeed: " + known.getMessage());
                return Future.succeededFuture(Outcome.of(Kind.UNAVAILABLE));
              }
              return pause.apply(PAUSE_MILLIS).compose(paused -> untilDeadline(ticket, attempt));
            });
  }
}
