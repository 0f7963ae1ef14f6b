package io.holdpoint.config;

/** The door of health, metrics and info, apart from the API; {@code port} 0 means any free one. */
public record ManagementConfig(String host, int port) {

  public ManagementConfig {
    Limits.host("management.host", host);
    Limits.number("management.port", port, 0, 65_535);
  }
}
