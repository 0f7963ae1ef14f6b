package io.holdpoint.driver;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One simulated process; its state is a function of what was asked of it and the time. */
final class SimulatedNode {
  private enum Phase {
    UP,
    STOPPING,
    DOWN,
    STARTING
  }

  private Phase phase = Phase.UP;
  private @Nullable String ephemeralId = UUID.randomUUID().toString();
  private long since;
  private long duration;
  private int starts;
  private boolean startFails;

  synchronized Observation observe(long now) {
    advance(now);
    return switch (phase) {
      case UP -> new Observation(true, true, ephemeralId, "running");
      case STOPPING -> new Observation(true, false, ephemeralId, "draining, SIGTERM was sent");
      case STARTING -> new Observation(true, false, ephemeralId, "starting");
      case DOWN ->
          new Observation(
              false, false, null, startFails ? "exited with 1 while starting" : "not running");
    };
  }

  /** A second SIGTERM changes nothing. */
  synchronized void stop(long now, long nanos) {
    advance(now);
    if (phase == Phase.UP || phase == Phase.STARTING) {
      enter(Phase.STOPPING, now, nanos);
    }
  }

  /** Starting what runs already changes nothing. */
  synchronized void start(long now, long nanos, int failures) {
    advance(now);
    if (phase == Phase.DOWN) {
      starts++;
      startFails = starts <= failures;
      ephemeralId = UUID.randomUUID().toString();
      enter(Phase.STARTING, now, nanos);
    }
  }

  private void advance(long now) {
    if (now - since < duration) {
      return;
    }
    if (phase == Phase.STOPPING) {
      phase = Phase.DOWN;
      startFails = false;
    } else if (phase == Phase.STARTING) {
      phase = startFails ? Phase.DOWN : Phase.UP;
    }
  }

  private void enter(Phase next, long now, long nanos) {
    phase = next;
    since = now;
    duration = nanos;
  }
}
