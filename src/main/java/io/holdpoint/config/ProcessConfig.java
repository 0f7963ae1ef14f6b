package io.holdpoint.config;

/**
 * Whether nodes may be processes of this host. Whoever may register such a node runs commands as
 * the user of this process.
 */
public record ProcessConfig(Enabled enabled) {

  /** {@link #AUTO} means only where all callers are local. */
  public enum Enabled {
    AUTO,
    ON,
    OFF
  }

  boolean allowed(boolean loopback) {
    return enabled == Enabled.ON || (enabled == Enabled.AUTO && loopback);
  }
}
