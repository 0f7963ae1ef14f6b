package io.holdpoint.testkit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Looks for a signal that comes from elsewhere until it is there or a deadline passes. */
public final class Await {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private Await() {}

  /**
   * @param what names the signal in the failure
   */
  public static void until(Duration limit, String what, BooleanSupplier there) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!there.getAsBoolean()) {
      if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
        throw new AssertionError("not within " + limit.toMillis() + " ms: " + what);
      }
      pause();
    }
  }

  /** The moment between two looks. */
  public static void pause() {
    LockSupport.parkNanos(PAUSE_NANOS);
  }
}
