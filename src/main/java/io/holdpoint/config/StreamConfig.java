package io.holdpoint.config;

import java.time.Duration;

/**
 * How events get their positions in the stream, and how many may follow it.
 *
 * @param publishPause between two publications, so that many events go together
 * @param pollInterval the longest wait when no hint comes
 * @param maxAge of a stream over HTTP: then it ends, and who comes again is asked for a key again
 * @param maxFollowers streams over HTTP that this process keeps open
 * @param maxFollowersPerAccount of them for one account
 */
public record StreamConfig(
    Duration publishPause,
    Duration pollInterval,
    Duration maxAge,
    int maxFollowers,
    int maxFollowersPerAccount) {

  public StreamConfig {
    Duration shortest = Duration.ofMillis(1);
    Limits.duration("stream.publish-pause", publishPause, shortest, Duration.ofMinutes(1));
    Limits.duration("stream.poll-interval", pollInterval, shortest, Duration.ofMinutes(1));
    Limits.duration("stream.max-age", maxAge, Duration.ofSeconds(1), Duration.ofDays(1));
    Limits.number("stream.max-followers", maxFollowers, 1, 10_000);
    Limits.number("stream.max-followers-per-account", maxFollowersPerAccount, 1, maxFollowers);
  }
}
