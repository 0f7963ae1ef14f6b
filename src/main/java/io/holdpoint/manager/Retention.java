package io.holdpoint.manager;

import io.holdpoint.config.CommandConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets what is past its retention, a bounded batch at a time, while others work: after each it
 * rests for {@value #RESTS} times as long as that took, because a purge without rest leaves the
 * interrupts about a third (measured by {@code bench}).
 */
final class Retention {
  private static final Logger log = LoggerFactory.getLogger(Retention.class);

  private static final int RESTS = 3;
  private static final long LONGEST_REST_MILLIS = 10_000;

  private final Vertx vertx;
  private final String what;
  private final Purge purge;
  private final Duration retention;
  private final CommandConfig pace;
  private boolean stopped;

  /** Removes at most so many that are older; how many that were. */
  @FunctionalInterface
  interface Purge {
    Future<Integer> run(Duration retention, int limit);
  }

  /**
   * @param what is forgotten, for the log
   */
  Retention(Vertx vertx, String what, Purge purge, Duration retention, CommandConfig pace) {
    this.vertx = vertx;
    this.what = what;
    this.purge = purge;
    this.retention = retention;
    this.pace = pace;
  }

  void start() {
    vertx.setTimer(pace.purgeInterval().toMillis(), fired -> purge());
  }

  void stop() {
    stopped = true;
  }

  private void purge() {
    if (stopped) {
      return;
    }
    long begun = System.nanoTime();
    purge
        .run(retention, pace.purgeBatch())
        .onComplete(
            purged -> {
              if (purged > 0) {
                log.atInfo().addKeyValue("purged", purged).log(what + " purged");
              }
              if (purged == pace.purgeBatch()) {
                rest(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
              } else {
                start();
              }
            },
            failure -> {
              log.atWarn().log(what + " could not be purged: " + failure.getMessage());
              start();
            });
  }

  private void rest(long tookMillis) {
    long rest = Math.min(LONGEST_REST_MILLIS, RESTS * tookMillis);
    vertx.setTimer(Math.max(1, rest), over -> purge());
  }
}
