package io.holdpoint.manager;

import io.holdpoint.config.CommandConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forgets what is past its retention, a bounded batch at a time, while others work. */
final class Retention {
  private static final Logger log = LoggerFactory.getLogger(Retention.class);

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
    purge
        .run(retention, pace.purgeBatch())
        .onComplete(
            purged -> {
              if (purged > 0) {
                log.atInfo().addKeyValue("purged", purged).log(what + " purged");
              }
              if (purged == pace.purgeBatch()) {
                purge();
              } else {
                start();
              }
            },
            failure -> {
              log.atWarn().log(what + " could not be purged: " + failure.getMessage());
              start();
            });
  }
}
