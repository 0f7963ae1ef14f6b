package io.holdpoint.config;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * The API's doors and their limits: what a client may send, for how long, over how many
 * connections. Sizes are bytes; a port of 0 means any free one, no {@code httpsPort} no TLS.
 *
 * @param plain whether requests without TLS are served; off, each is told so
 * @param interruptReserve what interrupts have beyond {@code maxInFlight}, for themselves
 */
public record HttpConfig(
    String host,
    int port,
    OptionalInt httpsPort,
    boolean plain,
    @Bytes int maxBody,
    @Bytes int maxCommandBody,
    @Bytes int maxHeader,
    @Bytes int maxRequestLine,
    Duration idleTimeout,
    int maxConnections,
    Duration bodyDeadline,
    Duration headDeadline,
    @Bytes long maxBodies,
    int maxInFlight,
    int interruptReserve) {

  private static final String LOOPBACK_V4 = "127(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}";

  public HttpConfig {
    Limits.host("http.host", host);
    Limits.number("http.port", port, 0, 65_535);
    checkTls(port, httpsPort, plain);
    Limits.bytes("http.max-body", maxBody, 1 << 10, 64 << 20);
    Limits.bytes("http.max-command-body", maxCommandBody, 1 << 10, maxBody);
    Limits.bytes("http.max-header", maxHeader, 1 << 10, 1 << 20);
    Limits.bytes("http.max-request-line", maxRequestLine, 256, 64 << 10);
    Limits.duration("http.idle-timeout", idleTimeout, Duration.ofSeconds(1), Duration.ofHours(1));
    Limits.number("http.max-connections", maxConnections, 1, 1_000_000);
    Limits.duration(
        "http.body-deadline", bodyDeadline, Duration.ofMillis(100), Duration.ofMinutes(5));
    Limits.duration(
        "http.head-deadline", headDeadline, Duration.ofMillis(100), Duration.ofMinutes(5));
    Limits.bytes("http.max-bodies", maxBodies, maxBody, 64L << 30);
    Limits.number("http.max-in-flight", maxInFlight, 1, 1_000_000);
    Limits.number("http.interrupt-reserve", interruptReserve, 0, 1_000_000);
  }

  private static void checkTls(int port, OptionalInt httpsPort, boolean plain) {
    if (httpsPort.isPresent()) {
      int tls = httpsPort.getAsInt();
      Limits.number("http.https-port", tls, 0, 65_535);
      Limits.differs("http.https-port", tls, "http.port", port);
    } else if (!plain) {
      throw Limits.refused(
          "http.plain",
          "is off while "
              + Limits.named("http.https-port")
              + " is not set; set it, or allow plain");
    }
  }

  /** Whether only this machine can connect; decided by the text, without any name service. */
  public boolean loopback() {
    return isLoopback(host);
  }

  static boolean isLoopback(String host) {
    return host.equals("localhost") || host.equals("::1") || host.matches(LOOPBACK_V4);
  }
}
