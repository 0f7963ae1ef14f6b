package io.holdpoint.manager;

import io.holdpoint.config.StreamConfig;
import io.holdpoint.store.StreamStore;
import io.holdpoint.task.StreamEnd;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives committed events their positions in the stream: soon after a hint, and every now and then
 * without one. Every node does; the database lets one of them, and the others learn how far it got.
 * For one event loop.
 */
final class StreamPublisher {
  private static final Logger log = LoggerFactory.getLogger(StreamPublisher.class);

  private final Vertx vertx;
  private final StreamStore store;
  private final StreamConfig config;
  private final Consumer<StreamEnd> announce;
  private final Counter failures;
  private String seen = StreamStore.NOTHING_SEEN;
  private boolean waiting;
  private boolean running;
  private boolean hinted;
  private boolean stopped;

  /**
   * @param announce told of every stream that this publisher has made longer
   */
  StreamPublisher(
      Vertx vertx,
      StreamStore store,
      StreamConfig config,
      Consumer<StreamEnd> announce,
      MeterRegistry registry) {
    this.vertx = vertx;
    this.store = store;
    this.config = config;
    this.announce = announce;
    failures =
        Counter.builder("holdpoint.stream.failures")
            .description("failed attempts to give events their positions; tried again")
            .register(registry);
  }

  void start() {
    hint();
    poll();
  }

  void stop() {
    stopped = true;
  }

  /** There may be something to publish. */
  void hint() {
    if (stopped || waiting) {
      return;
    }
    if (running) {
      hinted = true;
      return;
    }
    waiting = true;
    vertx.setTimer(
        config.publishPause().toMillis(),
        over -> {
          waiting = false;
          publish();
        });
  }

  /** With jitter, so that the nodes do not all come at once. */
  private void poll() {
    long interval = config.pollInterval().toMillis();
    long jitter = ThreadLocalRandom.current().nextLong(interval / 2 + 1);
    vertx.setTimer(
        Math.max(1, interval - jitter),
        over -> {
          if (!stopped) {
            hint();
            poll();
          }
        });
  }

  private void publish() {
    if (stopped) {
      return;
    }
    running = true;
    hinted = false;
    store
        .publish(seen)
        .onComplete(
            published -> {
              if (published.adopted()) {
                log.atWarn()
                    .addKeyValue("streams", published.ends().size())
                    .log(
                        "the database was brought from another server, as a restore does: what had"
                            + " no position in the stream has one now; if the copy was older than"
                            + " what clients have read, they have to read again from its end");
              }
              // Somebody else published meanwhile: what was hinted may still be left.
              hinted |= published.ends().isEmpty() && !published.seen().equals(seen);
              seen = published.seen();
              published.ends().forEach(announce);
              goOn();
            },
            failure -> {
              failures.increment();
              log.atWarn().log("events could not be published: " + failure.getMessage());
              goOn();
            });
  }

  private void goOn() {
    running = false;
    if (hinted) {
      hint();
    }
  }
}
