package io.holdpoint.config;

import java.time.Duration;

/**
 * The API's door and its limits: what a client may send, for how long, over how many connections.
 * Sizes are bytes; {@code port} 0 means any free one.
 */
public record HttpConfig(
    String host,
    int port,
    @Bytes int maxBody,
    @Bytes int maxCommandBody,
    @Bytes int maxHeader,
    @Bytes int maxRequestLine,
    Duration idleTimeout,
    int maxConnections,
    Duration bodyDeadline) {

  private static final String LOOPBACK_V4 = "127(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}";

  public HttpConfig {
    Limits.host("http.host", host);
    Limits.number("http.port", port, 0, 65_535);
    Limits.bytes("http.max-body", maxBody, 1 << 10, 64 << 20);
    Limits.bytes("http.max-command-body", maxCommandBody, 1 << 10, maxBody);
    Limits.bytes("http.max-header", maxHeader, 1 << 10, 1 << 20);
    Limits.bytes("http.max-request-line", maxRequestLine, 256, 64 << 10);
    Limits.duration("http.idle-timeout", idleTimeout, Duration.ofSeconds(1), Duration.ofHours(1));
    Limits.number("http.max-connections", maxConnections, 1, 1_000_000);
    Limits.duration(
        "http.body-deadline", bodyDeadline, Duration.ofMillis(100), Duration.ofMinutes(5));
  }

  /** Whether only this machine can connect; decided by the text, without any name service. */
  public boolean loopback() {
    return host.equals("localhost") || host.equals("::1") || host.matches(LOOPBACK_V4);
  }
}
