package io.holdpoint.manager;

import io.holdpoint.config.CommandConfig;
import io.holdpoint.store.RetentionStore;
import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forgets client tokens past their retention, a bounded batch at a time, while others work. */
final class Retention {
  private static final Logger log = LoggerFactory.getLogger(Retention.class);

  private final Vertx vertx;
  private final RetentionStore store;
  private final CommandConfig config;
  private boolean stopped;

  Retention(Vertx vertx, RetentionStore store, CommandConfig config) {
    this.vertx = vertx;
    this.store = store;
    this.config = config;
  }

  void start() {
    vertx.setTimer(config.purgeInterval().toMillis(), fired -> purge());
  }

  void stop() {
    stopped = true;
  }

  private void purge() {
    if (stopped) {
      return;
    }
    store
        .purge(config.tokenRetention(), config.purgeBatch())
        .onComplete(
            purged -> {
              if (purged > 0) {
                log.atInfo().addKeyValue("tokens", purged).log("client tokens purged");
              }
              if (purged == config.purgeBatch()) {
                purge();
              } else {
                start();
              }
            },
            failure -> {
              log.atWarn().log("client tokens could not be purged: " + failure.getMessage());
              start();
            });
  }
}
