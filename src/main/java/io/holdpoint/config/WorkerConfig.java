package io.holdpoint.config;

import java.time.Duration;

/**
 * Whether and how this process runs steps. A lease is at least two heartbeats long, so that one
 * lost renewal loses no step; {@code stepTimeLimit} counts active time only, the limits of a node's
 * stop and start count from the doing.
 */
public record WorkerConfig(
    boolean enabled,
    Duration lease,
    Duration heartbeat,
    Duration pollInterval,
    int maxStepsInFlight,
    int maxStepFailures,
    Duration stepTimeLimit,
    Duration observeInterval,
    Duration stopTimeLimit,
    Duration startTimeLimit) {

  public WorkerConfig {
    Duration tenMinutes = Duration.ofMinutes(10);
    Limits.duration("worker.lease", lease, Duration.ofMillis(200), tenMinutes);
    Limits.duration("worker.heartbeat", heartbeat, Duration.ofMillis(100), tenMinutes);
    if (lease.compareTo(heartbeat.multipliedBy(2)) < 0) {
      throw Limits.refused(
          "worker.lease",
          "is "
              + Units.format(lease)
              + "; allowed: at least twice "
              + Limits.named("worker.heartbeat")
              + ", "
              + Units.format(heartbeat));
    }
    Limits.duration(
        "worker.poll-interval", pollInterval, Duration.ofMillis(10), Duration.ofMinutes(1));
    Limits.number("worker.max-steps-in-flight", maxStepsInFlight, 1, 10_000);
    Limits.number("worker.max-step-failures", maxStepFailures, 1, 100);
    Limits.duration(
        "worker.step-time-limit", stepTimeLimit, Duration.ofSeconds(1), Duration.ofDays(7));
    Limits.duration(
        "worker.observe-interval", observeInterval, Duration.ofMillis(5), Duration.ofMinutes(1));
    Duration day = Duration.ofDays(1);
    Limits.duration("worker.stop-time-limit", stopTimeLimit, Duration.ofMillis(100), day);
    Limits.duration("worker.start-time-limit", startTimeLimit, Duration.ofMillis(100), day);
  }
}
