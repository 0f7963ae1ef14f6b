package io.holdpoint.config;

import java.time.Duration;

/** How long the audit trail is kept, and how much of it may wait in memory to be written. */
public record AuditConfig(Duration retention, int maxWaiting) {

  public AuditConfig {
    Limits.duration("audit.retention", retention, Duration.ofDays(1), Duration.ofDays(3_660));
    Limits.number("audit.max-waiting", maxWaiting, 1_000, 1_000_000);
  }
}
