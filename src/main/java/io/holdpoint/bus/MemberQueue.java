package io.holdpoint.bus;

import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events for one other member: at most one batch is under way, and so many wait behind it,
 * whatever the member does. A member that does not take a batch is left alone for a while; the
 * first event after that is sent alone and finds out. For one event loop.
 */
final class MemberQueue {
  private static final Logger log = LoggerFactory.getLogger(MemberQueue.class);

  /** An event has some 500 bytes, with the longest reason 2 KiB. */
  static final int LONGEST = 1_024;

  /** What a receiver reads at once must not hold up its event loop. */
  static final int LONGEST_BATCH = 256;

  /** How long a member is left alone that did not answer. */
  static final Duration SILENT = Duration.ofSeconds(5);

  /** The same of one that takes no events; to ask again costs a look into our own table. */
  static final Duration DEAF = Duration.ofSeconds(1);

  /** Sends a batch to a member; succeeds when the member has told all of it, and always ends. */
  @FunctionalInterface
  interface Line {
    Future<Void> send(String member, Buffer batch);
  }

  private final String member;
  private final Line line;
  private final LongSupplier nanoTime;
  private final Counter dropped;
  private final Queue<Buffer> waiting = new ArrayDeque<>();
  private boolean underWay;
  private boolean silent;
  private boolean leftAlone;
  private long leftAloneUntil;

  MemberQueue(String member, Line line, LongSupplier nanoTime, Counter dropped) {
    this.member = member;
    this.line = line;
    this.nanoTime = nanoTime;
    this.dropped = dropped;
  }

  /** Whether it takes one more event; if not, that event is dropped, and counted here. */
  boolean hasRoom() {
    if (leftAlone && nanoTime.getAsLong() - leftAloneUntil >= 0) {
      leftAlone = false;
    }
    boolean room = !leftAlone && waiting.size() < LONGEST;
    if (!room && (silent || !leftAlone)) {
      dropped.increment();
    }
    return room;
  }

  void add(Buffer event) {
    waiting.add(event);
  }

  /** Sends what waits, unless a batch is under way: then it goes when that was taken. */
  void send() {
    if (underWay || waiting.isEmpty()) {
      return;
    }
    List<Buffer> batch = new ArrayList<>(Math.min(waiting.size(), LONGEST_BATCH));
    while (batch.size() < LONGEST_BATCH && !waiting.isEmpty()) {
      batch.add(waiting.remove());
    }
    underWay = true;
    line.send(member, EventBatch.of(batch))
        .onComplete(
            taken -> {
              underWay = false;
              answers();
              send();
            },
            failure -> {
              underWay = false;
              leaveAlone(failure, batch.size());
            });
  }

  private void answers() {
    if (silent) {
      silent = false;
      log.atInfo().addKeyValue("member", member).log("a member takes events again");
    }
  }

  private void leaveAlone(Throwable failure, int sent) {
    Object why = failure instanceof ReplyException answer ? answer.failureType() : failure;
    boolean deaf = why == ReplyFailure.NO_HANDLERS;
    if (!deaf) {
      dropped.increment(sent + waiting.size());
      if (!silent) {
        log.atWarn()
            .addKeyValue("member", member)
            .addKeyValue("why", why)
            .log("a member does not take events, it is left alone for a while");
      }
    }
    silent = !deaf;
    waiting.clear();
    leftAlone = true;
    leftAloneUntil = nanoTime.getAsLong() + (deaf ? DEAF : SILENT).toNanos();
  }

  /** Forgets what waits; a batch under way is not waited for. */
  void close() {
    waiting.clear();
  }
}
