package io.holdpoint.config;

import java.time.Duration;
import java.util.Locale;

/**
 * Where the certificate of the HTTPS listener is and whom it lets shake hands. The files are paths,
 * empty where none was given; what they hold is checked where they are read. Anything that looks
 * like a key itself is refused without being shown.
 *
 * @param cert PEM, the certificate first, then those that vouch for it
 * @param key PEM, the certificate's private key, without a password
 * @param clientCa PEM, the authorities of client certificates
 */
public record TlsConfig(
    String cert,
    String key,
    String clientCa,
    ClientAuth clientAuth,
    Duration handshakeTimeout,
    Duration reloadInterval) {

  /** Whether a client is asked for a certificate, and turned away without one. */
  public enum ClientAuth {
    NONE,
    REQUEST,
    REQUIRED
  }

  public TlsConfig {
    checkPath("tls.cert", cert);
    checkPath("tls.key", key);
    checkPath("tls.client-ca", clientCa);
    if (clientCa.isEmpty() == (clientAuth != ClientAuth.NONE)) {
      throw Limits.refused(
          "tls.client-auth",
          "is "
              + clientAuth.name().toLowerCase(Locale.ROOT)
              + " while "
              + Limits.named("tls.client-ca")
              + (clientCa.isEmpty() ? " is not set; set it" : " is set")
              + "; allowed: "
              + (clientCa.isEmpty() ? "none" : "request, required"));
    }
    Limits.duration(
        "tls.handshake-timeout", handshakeTimeout, Duration.ofMillis(100), Duration.ofMinutes(1));
    Limits.duration(
        "tls.reload-interval", reloadInterval, Duration.ofMillis(100), Duration.ofDays(1));
  }

  void checkWith(HttpConfig http) {
    if (http.httpsPort().isPresent()) {
      requireSet("tls.cert", cert);
      requireSet("tls.key", key);
    } else if (!cert.isEmpty() || !key.isEmpty() || !clientCa.isEmpty()) {
      throw Limits.refused(
          "http.https-port", "is not set while tls has files; set it, or take them out");
    }
  }

  private static void requireSet(String key, String path) {
    if (path.isEmpty()) {
      throw Limits.refused(
          key, "is not set while " + Limits.named("http.https-port") + " is; set both");
    }
  }

  private static void checkPath(String key, String path) {
    if (path.contains("-----BEGIN") || path.chars().anyMatch(Character::isISOControl)) {
      throw Limits.refused(
          key, "is no path (value hidden); allowed: the path of a file, not what is in it");
    }
  }
}
