package io.holdpoint.api;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.local.SynchronizationStrategy;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A token bucket for each of many callers, with a second one for interrupts. Only those are
 * remembered who called within the burst time: whoever did not has a full bucket again, as good as
 * a new one. At most {@link #MOST}; beyond it, who has been quiet for longest starts anew.
 */
final class Allowances {
  static final int MOST = 100_000;

  private static final Taken FREE = new Taken(null, 0);

  private final long rate;
  private final long reserve;
  private final Duration burst;
  private final TimeMeter time;
  private final Map<String, Allowance> callers = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param rate a second; 0 is no limit
   * @param reserve a second, for interrupts alone; 0 is none
   */
  Allowances(long rate, long reserve, Duration burst, TimeMeter time) {
    this.rate = rate;
    this.reserve = reserve;
    this.burst = burst;
    this.time = time;
  }

  /**
   * @param waitNanos 0 when a token was taken, else how long until there is one
   */
  record Taken(@Nullable Bucket bucket, long waitNanos) {
    void giveBack() {
      if (bucket != null) {
        bucket.addTokens(1);
      }
    }
  }

  /** One caller's buckets and when they were last asked. */
  private static final class Allowance {
    private final Bucket common;
    private final @Nullable Bucket reserved;
    private long asked;

    Allowance(Bucket common, @Nullable Bucket reserved) {
      this.common = common;
      this.reserved = reserved;
    }
  }

  Taken take(String caller, boolean interrupt) {
    if (rate == 0) {
      return FREE;
    }
    long now = time.currentTimeNanos();
    Allowance allowance = callers.get(caller);
    if (allowance == null) {
      forgetTheQuiet(now);
      allowance = new Allowance(bucket(rate), reserve == 0 ? null : bucket(reserve));
      callers.put(caller, allowance);
    }
    allowance.asked = now;
    Taken common = take(allowance.common);
    if (common.waitNanos() == 0 || !interrupt || allowance.reserved == null) {
      return common;
    }
    Taken reserved = take(allowance.reserved);
    return reserved.waitNanos() < common.waitNanos() ? reserved : common;
  }

  private static Taken take(Bucket bucket) {
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
    return probe.isConsumed()
        ? new Taken(bucket, 0)
        : new Taken(null, Math.max(1, probe.getNanosToWaitForRefill()));
  }

  private Bucket bucket(long perSecond) {
    long capacity = Math.max(1, Math.multiplyExact(perSecond, burst.toMillis()) / 1_000);
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(capacity).refillGreedy(perSecond, Duration.ofSeconds(1)))
        .withCustomTimePrecision(time)
        .withSynchronizationStrategy(SynchronizationStrategy.NONE)
        .build();
  }

  private void forgetTheQuiet(long now) {
    Iterator<Allowance> quietestFirst = callers.values().iterator();
    while (quietestFirst.hasNext()) {
      if (now - quietestFirst.next().asked <= burst.toNanos() && callers.size() < MOST) {
        return;
      }
      quietestFirst.remove();
    }
  }

  int size() {
    return callers.size();
  }
}
