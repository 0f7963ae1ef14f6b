package io.holdpoint.arch.planted.time_is_injected.worker;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.function.Supplier;

/** Reads the clock on the wall, six times. */
public final class Culprit {
  public Instant now = Instant.now();
  public Supplier<Instant> byReference = Instant::now;
  public LocalDate today = LocalDate.now(ZoneOffset.UTC);
  public long millis = System.currentTimeMillis();
  public Date date = new Date();
  public Clock clock = Clock.systemUTC();
}
