package io.holdpoint.arch.planted.time_is_injected.manager;

import java.time.Instant;

/** The one name that may. */
public final class SystemClock {
  public Instant now = Instant.now();
}
