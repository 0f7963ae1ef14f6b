package io.holdpoint.config;

import java.time.Duration;

/** How long each act of a simulated node takes; zero is allowed and means at once. */
public record SimulatedConfig(Duration stop, Duration start, Duration check) {

  public SimulatedConfig {
    Duration tenMinutes = Duration.ofMinutes(10);
    Limits.duration("simulated.stop", stop, Duration.ZERO, tenMinutes);
    Limits.duration("simulated.start", start, Duration.ZERO, tenMinutes);
    Limits.duration("simulated.check", check, Duration.ZERO, tenMinutes);
  }
}
