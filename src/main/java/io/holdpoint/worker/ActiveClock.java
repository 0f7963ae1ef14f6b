package io.holdpoint.worker;

import java.util.function.LongSupplier;

/** Counts active time: it stands still while the task is suspended. */
final class ActiveClock {
  private final LongSupplier nanoTime;
  private long counted;
  private long since;
  private boolean running;

  ActiveClock(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void run() {
    if (!running) {
      running = true;
      since = nanoTime.getAsLong();
    }
  }

  void stand() {
    counted = nanos();
    running = false;
  }

  boolean running() {
    return running;
  }

  long millis() {
    return nanos() / 1_000_000;
  }

  private long nanos() {
    return running ? counted + nanoTime.getAsLong() - since : counted;
  }
}
