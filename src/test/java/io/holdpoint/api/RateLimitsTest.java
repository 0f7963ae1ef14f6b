package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.config.LimitsConfig;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RateLimitsTest {
  private long nanos;

  @Test
  void isOffUnlessALimitIsSet() {
    RateLimits limits = limits(0, 0, 20);

    for (int i = 0; i < 10_000; i++) {
      assertThat(limits.throttledMillis("a", "k", false)).isZero();
    }
    assertThat(limits.remembered()).isZero();
  }

  @Test
  void aKeyMayUseItsLimitAtOnceAndIsToldWhenThereIsMore() {
    RateLimits limits = limits(10, 0, 0);
    take(limits, "a", "k", 10);

    assertThat(limits.throttledMillis("a", "k", false)).isEqualTo(100);
    assertThat(limits.throttledMillis("a", "k", true)).isEqualTo(100);
    assertThat(limits.throttledMillis("a", "other", false)).isZero();

    nanos += TimeUnit.MILLISECONDS.toNanos(99);
    assertThat(limits.throttledMillis("a", "k", false)).isEqualTo(1);
    nanos += TimeUnit.MILLISECONDS.toNanos(1);
    assertThat(limits.throttledMillis("a", "k", false)).isZero();
    assertThat(limits.throttledMillis("a", "k", false)).isEqualTo(100);
  }

  @Test
  void theKeysOfAnAccountShareItsLimit() {
    RateLimits limits = limits(0, 10, 0);
    take(limits, "a", "k", 5);
    take(limits, "a", "l", 5);

    assertThat(limits.throttledMillis("a", "k", false)).isEqualTo(100);
    assertThat(limits.throttledMillis("b", "m", false)).isZero();
  }

  @Test
  void whatTheAccountRefusesDoesNotUseUpTheKey() {
    RateLimits limits = limits(10, 5, 0);
    take(limits, "a", "k", 5);
    for (int i = 0; i < 100; i++) {
      assertThat(limits.throttledMillis("a", "k", false)).isPositive();
    }

    take(limits, "b", "k", 5);
    assertThat(limits.throttledMillis("c", "k", false)).isPositive();
  }

  @Test
  void aFloodOfReadsLeavesInterruptsTheirReserve() {
    RateLimits limits = limits(10, 10, 3);
    take(limits, "a", "k", 10);
    assertThat(limits.throttledMillis("a", "k", false)).isPositive();

    for (int i = 0; i < 3; i++) {
      assertThat(limits.throttledMillis("a", "k", true)).isZero();
    }
    assertThat(limits.throttledMillis("a", "k", true)).isEqualTo(100);
    assertThat(limits.throttledMillis("a", "k", false)).isEqualTo(100);
  }

  @Test
  void interruptsUseWhatIsOpenToAllFirst() {
    RateLimits limits = limits(10, 0, 3);
    for (int i = 0; i < 10; i++) {
      assertThat(limits.throttledMillis("a", "k", true)).isZero();
    }

    assertThat(limits.throttledMillis("a", "k", false)).isPositive();
    assertThat(limits.throttledMillis("a", "k", true)).isZero();
  }

  @Test
  void theBurstIsWhatTheLimitAllowsInThatTime() {
    RateLimits limits =
        new RateLimits(new LimitsConfig(10, 0, Duration.ofSeconds(3), 0), () -> nanos);
    take(limits, "a", "k", 30);

    assertThat(limits.throttledMillis("a", "k", false)).isEqualTo(100);
  }

  @Test
  void whoHasBeenQuietIsForgottenAndLosesNothing() {
    RateLimits limits = limits(10, 10, 1);
    take(limits, "a", "k", 10);
    assertThat(limits.remembered()).isEqualTo(2);

    nanos += TimeUnit.SECONDS.toNanos(1) + 1;
    take(limits, "b", "l", 1);

    assertThat(limits.remembered()).isEqualTo(2);
    take(limits, "a", "k", 10);
    assertThat(limits.throttledMillis("a", "k", false)).isEqualTo(100);
  }

  @Test
  void neverRemembersMoreThanItsBound() {
    RateLimits limits = limits(1, 0, 0);
    for (int i = 0; i < Allowances.MOST + 10; i++) {
      assertThat(limits.throttledMillis("a", "k" + i, false)).isZero();
    }

    assertThat(limits.remembered()).isEqualTo(Allowances.MOST);
    assertThat(limits.throttledMillis("a", "k" + Allowances.MOST, false)).isPositive();
  }

  private RateLimits limits(int perKey, int perAccount, int reserve) {
    return new RateLimits(
        new LimitsConfig(perKey, perAccount, Duration.ofSeconds(1), reserve), () -> nanos);
  }

  private static void take(RateLimits limits, String account, String key, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(limits.throttledMillis(account, key, false)).isZero();
    }
  }
}
