package io.holdpoint.config;

import java.time.Duration;

/**
 * Whether and how events are sent to the URLs of accounts. Without allowed hosts no webhook can be
 * made and none sends.
 *
 * @param allowedHosts as {@link AllowedHosts} reads them
 * @param attempts failed ones after which an event is a dead letter
 * @param backoff the first wait after a failed attempt; each further one is twice as long
 * @param timeout of one attempt, from connecting to the head of the answer
 * @param lease how long a node that fell silent keeps a webhook; at least twice {@code timeout}, so
 *     that no attempt outlives it
 * @param maxInFlight requests that this process has under way
 * @param maxInFlightPerAccount those of one account, so that slow receivers of one do not stop all
 * @param maxDeadLetters a webhook that has so many pauses
 */
public record WebhookConfig(
    String allowedHosts,
    int maxPerAccount,
    int attempts,
    Duration backoff,
    Duration maxBackoff,
    Duration timeout,
    Duration lease,
    Duration pollInterval,
    int maxInFlight,
    int maxInFlightPerAccount,
    int maxDeadLetters) {

  public WebhookConfig {
    AllowedHosts.parse(allowedHosts);
    Limits.number("webhook.max-per-account", maxPerAccount, 1, 1_000);
    Limits.number("webhook.attempts", attempts, 1, 100);
    Duration day = Duration.ofDays(1);
    Limits.duration("webhook.backoff", backoff, Duration.ofMillis(1), day);
    Limits.duration("webhook.max-backoff", maxBackoff, backoff, day);
    Limits.duration("webhook.timeout", timeout, Duration.ofMillis(50), Duration.ofMinutes(1));
    Limits.duration("webhook.lease", lease, Duration.ofMillis(200), Duration.ofMinutes(10));
    if (lease.compareTo(timeout.multipliedBy(2)) < 0) {
      throw Limits.refused(
          "webhook.lease",
          "is "
              + Units.format(lease)
              + "; allowed: at least twice "
              + Limits.named("webhook.timeout")
              + ", "
              + Units.format(timeout));
    }
    Limits.duration(
        "webhook.poll-interval", pollInterval, Duration.ofMillis(10), Duration.ofMinutes(1));
    Limits.number("webhook.max-in-flight", maxInFlight, 1, 256);
    Limits.number("webhook.max-in-flight-per-account", maxInFlightPerAccount, 1, 256);
    Limits.number("webhook.max-dead-letters", maxDeadLetters, 1, 100_000);
  }

  /** Whether webhooks can be made and send at all. */
  public boolean enabled() {
    return !AllowedHosts.parse(allowedHosts).isEmpty();
  }
}
