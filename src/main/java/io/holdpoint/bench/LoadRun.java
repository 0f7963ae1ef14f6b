package io.holdpoint.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * One pass on one event loop. In a closed loop each connection asks again once it was answered. In
 * an open loop requests are due at a fixed rate, those of each millisecond at its beginning, and
 * latency counts from when a request was due, also while it waited for a connection: what a slow
 * answer holds up is not left out.
 */
final class LoadRun {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(1);
  private static final int DIGITS = 3;

  /** Longer than any answer of a service may take. */
  private static final long PATIENCE_MILLIS = 10_000;

  private final Vertx vertx;
  private final LoadOrder order;
  private final List<? extends Lane> lanes;
  private final Acknowledged acknowledged;
  private final Histogram latencies = new Histogram(LONGEST_MICROS, DIGITS);
  private final Histogram refusalLatencies = new Histogram(LONGEST_MICROS, DIGITS);
  private final Promise<Void> done = Promise.promise();
  private final ArrayDeque<Lane> free = new ArrayDeque<>();
  private final ArrayDeque<Long> due = new ArrayDeque<>();
  private long begun;
  private long windowBegins;
  private long windowEnds;
  private long lastAnswer;
  private long ticks;
  private long sent;
  private int busy;
  private int usable;
  private int next;
  private boolean ended;

  LoadRun(Vertx vertx, LoadOrder order, List<? extends Lane> lanes, Acknowledged acknowledged) {
    this.vertx = vertx;
    this.order = order;
    this.lanes = lanes;
    this.acknowledged = acknowledged;
  }

  /** Completes when the time is over, or the requests are, and nothing is awaited any longer. */
  Future<Void> run() {
    begun = System.nanoTime();
    windowBegins = begun + TimeUnit.MILLISECONDS.toNanos(order.warmUpMillis());
    windowEnds = windowBegins + TimeUnit.MILLISECONDS.toNanos(order.millis());
    usable = lanes.size();
    vertx.setTimer(order.warmUpMillis() + order.millis() + PATIENCE_MILLIS, over -> giveUp());
    if (order.ratePerSecond() == 0) {
      lanes.forEach(lane -> send(lane, System.nanoTime()));
    } else {
      free.addAll(lanes);
      vertx.setPeriodic(1, this::tick);
    }
    return done.future();
  }

  private void tick(long timer) {
    long now = System.nanoTime();
    if (ended || now >= windowEnds) {
      vertx.cancelTimer(timer);
      ended = true;
      end();
      return;
    }
    while (begun + ticks * TICK_NANOS <= now) {
      long time = begun + ticks * TICK_NANOS;
      ticks++;
      long total = ticks * order.ratePerSecond() / 1_000;
      for (; sent < total; sent++) {
        due.add(time);
      }
    }
    while (!due.isEmpty() && !free.isEmpty()) {
      send(free.remove(), due.remove());
    }
  }

  private void send(Lane lane, long from) {
    if (ended || next >= order.most() || System.nanoTime() >= windowEnds) {
      ended = true;
      end();
      return;
    }
    int index = next++;
    busy++;
    long begins = order.fromSend() ? System.nanoTime() : from;
    lane.send(index)
        .onSuccess(answer -> answered(lane, index, begins, answer))
        .onFailure(lost -> lose(index, String.valueOf(lost.getMessage())));
  }

  private void answered(Lane lane, int index, long from, String answer) {
    long now = System.nanoTime();
    busy--;
    acknowledged.add(index, answer);
    if (now >= windowBegins && now <= windowEnds) {
      lastAnswer = now;
      long micros = TimeUnit.NANOSECONDS.toMicros(now - from);
      boolean result = answer.equals("true") || answer.equals("false");
      (result ? latencies : refusalLatencies)
          .recordValue(Math.max(0, Math.min(LONGEST_MICROS, micros)));
    }
    if (order.ratePerSecond() == 0) {
      send(lane, now);
    } else if (due.isEmpty() || ended) {
      free.add(lane);
      end();
    } else {
      send(lane, due.remove());
    }
  }

  /** A lane that is of no more use is not asked again; without any the run is over. */
  private void lose(int index, String why) {
    busy--;
    acknowledged.add(index, why);
    usable--;
    ended |= usable == 0;
    end();
  }

  /** What has no answer long after the end will have none: it is told apart and not waited for. */
  private void giveUp() {
    if (done.tryComplete()) {
      acknowledged.unanswered(busy);
    }
  }

  private void end() {
    if (ended && busy == 0) {
      done.tryComplete();
    }
  }

  Histogram latencies() {
    return latencies;
  }

  Histogram refusalLatencies() {
    return refusalLatencies;
  }

  /** From the window's beginning to its last answer: it ends early when the requests do. */
  double windowMillis() {
    return Math.max(1, lastAnswer - windowBegins) / 1e6;
  }

  /** How many were due and never sent. */
  long late() {
    return due.size();
  }
}
