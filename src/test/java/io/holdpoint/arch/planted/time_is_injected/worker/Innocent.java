package io.holdpoint.arch.planted.time_is_injected.worker;

import java.time.Clock;
import java.time.Instant;
import java.util.Date;

/** Is told the time. */
public final class Innocent {
  public Instant now(Clock clock) {
    return Instant.now(clock);
  }

  public Date then(long millis) {
    return new Date(millis);
  }
}
