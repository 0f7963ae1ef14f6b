package io.holdpoint.config;

/** Who may call the API. */
public record AuthConfig(Mode mode) {

  /** {@link #OFF} trusts every caller and is allowed only where all callers are local. */
  public enum Mode {
    OFF,
    SIGNATURE
  }

  public AuthConfig {
    if (mode == Mode.SIGNATURE) {
      throw Limits.refused(
          "auth.mode", "is signature, which is not available in this version; allowed: off");
    }
  }
}
