package io.holdpoint.config;

import java.time.Duration;

/**
 * How many requests a second one key and one account may make on this node; 0 is no limit.
 *
 * @param burst how much of a limit may come at once, as the time that it is the limit of
 * @param interruptReserve requests a second that a key, and an account, has for interrupts alone
 *     once its limit is used up
 */
public record LimitsConfig(int perKey, int perAccount, Duration burst, int interruptReserve) {
  private static final int MOST = 1_000_000;

  public LimitsConfig {
    Limits.number("limits.per-key", perKey, 0, MOST);
    Limits.number("limits.per-account", perAccount, 0, MOST);
    Limits.duration("limits.burst", burst, Duration.ofSeconds(1), Duration.ofMinutes(5));
    Limits.number("limits.interrupt-reserve", interruptReserve, 0, MOST);
  }
}
