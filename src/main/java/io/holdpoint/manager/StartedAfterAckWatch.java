package io.holdpoint.manager;

import io.holdpoint.store.ReadStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the product's promise in the history itself, apart from the guards that keep it: counts
 * the steps that began although an interrupt or hold came before and no resume between. Anything
 * but 0 is a broken promise and logged as an error.
 */
final class StartedAfterAckWatch {
  private static final Logger log = LoggerFactory.getLogger(StartedAfterAckWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final Duration LOOK_BACK = Duration.ofHours(24);
  private static final Duration SPAN = Duration.ofMinutes(10);

  /** Longer than any statement may take, so that no event of a span commits after its count. */
  private static final Duration LAG = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final ReadStore reads;
  private final Counter steps;
  private Instant counted = Instant.EPOCH;
  private volatile long behindSeconds = LOOK_BACK.toSeconds();
  private boolean stopped;

  StartedAfterAckWatch(Vertx vertx, ReadStore reads, MeterRegistry registry) {
    this.vertx = vertx;
    this.reads = reads;
    steps =
        Counter.builder("holdpoint.steps.started.after.ack")
            .description("steps begun after an acknowledged interrupt; must stay 0")
            .register(registry);
    Gauge.builder("holdpoint.history.behind.seconds", () -> behindSeconds)
        .description("how far the count of steps begun after the ack is behind the history")
        .register(registry);
  }

  void start() {
    vertx.setTimer(EVERY.toMillis(), fired -> count());
  }

  void stop() {
    stopped = true;
  }

  private void count() {
    if (stopped) {
      return;
    }
    reads
        .databaseTime()
        .compose(this::countSpan)
        .onComplete(
            caughtUp -> vertx.setTimer(caughtUp ? EVERY.toMillis() : 1, fired -> count()),
            failure -> {
              log.atWarn().log("the history could not be watched: " + failure.getMessage());
              start();
            });
  }

  /** In spans that a statement can count in its time, however far behind; true when caught up. */
  private Future<Boolean> countSpan(Instant now) {
    Instant newest = now.minus(LAG);
    Instant from = counted.equals(Instant.EPOCH) ? newest.minus(LOOK_BACK) : counted;
    Instant end = from.plus(SPAN);
    boolean caughtUp = !end.isBefore(newest);
    Instant until = caughtUp ? newest : end;
    return reads
        .stepsStartedAfterAck(from, until)
        .map(
            found -> {
              counted = until;
              behindSeconds = Duration.between(until, now).toSeconds();
              report(found);
              return caughtUp;
            });
  }

  private void report(long found) {
    steps.increment(found);
    if (found > 0) {
      log.atError()
          .addKeyValue("steps", found)
          .log("steps began after an acknowledged interrupt; stop all workers and report this");
    }
  }
}
