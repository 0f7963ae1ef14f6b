package io.holdpoint.bus;

import io.holdpoint.task.Answer;
import io.holdpoint.task.Query;
import io.holdpoint.task.StreamEnd;
import io.holdpoint.task.StreamEntry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one account's stream on and on; on one context, one entry after the other. */
final class StreamFollower {
  private static final Logger log = LoggerFactory.getLogger(StreamFollower.class);
  private static final int PAGE = 200;

  private final Vertx vertx;
  private final Context context;
  private final Function<Query.ReadStream, Future<Answer>> source;
  private final Function<Consumer<StreamEnd>, TaskBus.Registration> hints;
  private final String accountId;
  private final long pollMillis;
  private final Function<StreamEntry, Future<Void>> consumer;
  private long position;
  private long timer = -1;
  private boolean reading;
  private boolean grown;
  private volatile boolean stopped;

  /**
   * @param source reads a page
   * @param hints tells when streams have grown
   */
  StreamFollower(
      Vertx vertx,
      Function<Query.ReadStream, Future<Answer>> source,
      Function<Consumer<StreamEnd>, TaskBus.Registration> hints,
      String accountId,
      long after,
      Duration pollInterval,
      Function<StreamEntry, Future<Void>> consumer) {
    this.vertx = vertx;
    context = vertx.getOrCreateContext();
    this.source = source;
    this.hints = hints;
    this.accountId = accountId;
    pollMillis = Math.max(1, pollInterval.toMillis());
    this.consumer = consumer;
    position = after;
  }

  TaskBus.Registration start() {
    TaskBus.Registration listening =
        hints.apply(end -> context.runOnContext(told -> onStreamEnd(end)));
    context.runOnContext(begin -> read());
    return () -> {
      stopped = true;
      context.runOnContext(end -> vertx.cancelTimer(timer));
      return listening.stop();
    };
  }

  private void onStreamEnd(StreamEnd end) {
    if (end.accountId().equals(accountId) && end.position() > position) {
      grown = true;
      read();
    }
  }

  private void read() {
    if (reading || stopped) {
      return;
    }
    reading = true;
    grown = false;
    vertx.cancelTimer(timer);
    source
        .apply(new Query.ReadStream(accountId, position, PAGE))
        .compose(answer -> answer instanceof Answer.Streamed page ? deliver(page) : unread())
        .onComplete(
            more -> {
              reading = false;
              if (more || grown) {
                read();
              } else {
                pause();
              }
            },
            failure -> {
              reading = false;
              log.atWarn()
                  .addKeyValue("position", position + 1)
                  .log("a consumer of the stream failed, it is tried again: " + failure);
              pause();
            });
  }

  private Future<Boolean> unread() {
    grown = false;
    return Future.succeededFuture(false);
  }

  private Future<Boolean> deliver(Answer.Streamed page) {
    List<StreamEntry> entries = page.entries();
    Future<Void> delivered = Future.succeededFuture();
    for (StreamEntry entry : entries) {
      delivered = delivered.compose(before -> deliver(entry));
    }
    return delivered.map(all -> entries.size() == PAGE);
  }

  private Future<Void> deliver(StreamEntry entry) {
    if (stopped) {
      return Future.succeededFuture();
    }
    return consumer
        .apply(entry)
        .onSuccess(
            done -> {
              position = entry.position();
            });
  }

  private void pause() {
    if (stopped) {
      return;
    }
    long jitter = ThreadLocalRandom.current().nextLong(pollMillis / 4 + 1);
    timer = vertx.setTimer(Math.max(1, pollMillis - jitter), over -> read());
  }
}
