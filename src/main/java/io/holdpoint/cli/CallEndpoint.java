package io.holdpoint.cli;

import java.net.URI;
import java.util.Locale;

/**
 * Where a service is.
 *
 * @param authority host and port as the {@code Host} header carries them, which is signed
 */
record CallEndpoint(boolean tls, String authority) {
  static final String DEFAULT = "http://127.0.0.1:8080";

  /**
   * @throws CallUsageException unless it is {@code http(s)://host[:port]}
   */
  static CallEndpoint parse(String text) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException malformed) {
      throw refused();
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    boolean tls = scheme.equals("https");
    String path = uri.getRawPath();
    if ((!tls && !scheme.equals("http"))
        || uri.getHost() == null
        || uri.getPort() > 65_535
        || uri.getRawUserInfo() != null
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null
        || !(path.isEmpty() || path.equals("/"))) {
      throw refused();
    }
    int port = uri.getPort();
    // The client leaves a default port out of the Host header, so it must not be signed either.
    boolean usual = port < 0 || port == (tls ? 443 : 80);
    return new CallEndpoint(tls, usual ? uri.getHost() : uri.getHost() + ":" + port);
  }

  URI resolve(String target) {
    return URI.create(this + target);
  }

  private static CallUsageException refused() {
    return new CallUsageException(
        "the endpoint is not usable; allowed: http://host:port or https://host:port");
  }

  @Override
  public String toString() {
    return (tls ? "https://" : "http://") + authority;
  }
}
