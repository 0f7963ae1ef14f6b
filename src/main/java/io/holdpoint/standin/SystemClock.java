package io.holdpoint.standin;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The only place of this room that knows what time it is. */
final class SystemClock {
  private static final long STARTED = System.currentTimeMillis();
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private SystemClock() {}

  static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  /** Now, for a line of text; a formatter would double the time of a start. */
  static String text() {
    Instant now = now();
    return LocalDateTime.ofEpochSecond(now.getEpochSecond(), now.getNano(), ZoneOffset.UTC)
        .toString()
        .concat("Z");
  }

  static long nanos() {
    return System.nanoTime();
  }

  static long startedMillis() {
    return STARTED;
  }

  /** Waits until the time is over or {@code earlier} holds. */
  static void await(Duration limit, BooleanSupplier earlier) {
    long deadline = nanos() + limit.toNanos();
    for (long left = limit.toNanos(); left > 0 && !earlier.getAsBoolean(); ) {
      LockSupport.parkNanos(Math.min(left, LOOK_NANOS));
      left = deadline - nanos();
    }
  }
}
