package io.holdpoint.config;

import java.time.Duration;

/**
 * How long a command may take, how many may wait (count and bytes, whichever is reached first), and
 * how long a client token keeps its answer.
 */
public record CommandConfig(
    Duration deadline,
    int maxWaiting,
    @Bytes long maxWaitingBytes,
    int maxBatch,
    Duration tokenRetention,
    Duration purgeInterval,
    int purgeBatch) {

  public CommandConfig {
    Limits.duration("commands.deadline", deadline, Duration.ofMillis(100), Duration.ofMinutes(1));
    Limits.number("commands.max-waiting", maxWaiting, 1, 1_000_000);
    Limits.bytes("commands.max-waiting-bytes", maxWaitingBytes, 64 << 10, 1L << 30);
    Limits.number("commands.max-batch", maxBatch, 1, 4_096);
    Limits.duration(
        "commands.token-retention", tokenRetention, Duration.ofHours(24), Duration.ofDays(366));
    Limits.duration(
        "commands.purge-interval", purgeInterval, Duration.ofSeconds(1), Duration.ofDays(1));
    Limits.number("commands.purge-batch", purgeBatch, 1, 100_000);
  }
}
