package io.holdpoint.arch.planted.time_is_injected;

import java.time.Clock;

/** The root hands the clock out. */
public final class Innocent {
  public Clock clock = Clock.systemUTC();
}
