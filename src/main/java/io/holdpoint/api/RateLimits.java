package io.holdpoint.api;

import io.github.bucket4j.TimeMeter;
import io.holdpoint.config.LimitsConfig;
import java.util.function.LongSupplier;

/**
 * How often a key and an account may call this node; both must have something left. Interrupts take
 * from what is open to all first and then from a reserve of their own, so an account that floods
 * with reads can still interrupt. With N nodes behind one address the limit is up to N times this.
 *
 * <p>To be asked once a request is known to be of that key, so that nobody else can use it up.
 * Never waits. For one event loop.
 */
final class RateLimits {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Allowances keys;
  private final Allowances accounts;

  /**
   * @param nanos elapsed time
   */
  RateLimits(LimitsConfig config, LongSupplier nanos) {
    TimeMeter time = new Elapsed(nanos);
    keys = new Allowances(config.perKey(), config.interruptReserve(), config.burst(), time);
    accounts = new Allowances(config.perAccount(), config.interruptReserve(), config.burst(), time);
  }

  private record Elapsed(LongSupplier nanos) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      return nanos.getAsLong();
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }

  /**
   * Takes one request from both allowances, or from none.
   *
   * @return 0 when it may go on, else the milliseconds until it is worth to try again
   */
  long throttledMillis(String accountId, String keyId, boolean interrupt) {
    Allowances.Taken ofKey = keys.take(keyId, interrupt);
    if (ofKey.waitNanos() > 0) {
      return millis(ofKey.waitNanos());
    }
    Allowances.Taken ofAccount = accounts.take(accountId, interrupt);
    if (ofAccount.waitNanos() > 0) {
      ofKey.giveBack();
      return millis(ofAccount.waitNanos());
    }
    return 0;
  }

  private static long millis(long nanos) {
    return (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
  }

  /** Keys and accounts that are remembered. */
  int remembered() {
    return keys.size() + accounts.size();
  }
}
