package io.holdpoint.config;

/**
 * Whether and where this process takes part in the cluster of event buses. All members have the
 * same key store, and nobody takes part without it.
 *
 * @param host an address that the other members reach it at
 * @param port of the membership's traffic, which takes the next one too; 0 is any free ones
 * @param busPort of the events; 0 is any free one
 * @param keyStore a PKCS #12 file with one key and its certificate, empty when there is none
 */
public record ClusterConfig(
    boolean enabled,
    String host,
    int port,
    int busPort,
    String keyStore,
    @Hidden String keyStorePassword) {
  private static final int LAST_PORT = 65_535;

  public ClusterConfig {
    Limits.host("cluster.host", host);
    if (host.equals("0.0.0.0") || host.equals("::")) {
      throw Limits.refused(
          "cluster.host", "is " + host + "; allowed: the address that other members connect to");
    }
    Limits.number("cluster.port", port, 0, LAST_PORT - 1);
    Limits.number("cluster.bus-port", busPort, 0, LAST_PORT);
    Limits.differs("cluster.bus-port", busPort, "cluster.port", port);
    Limits.differs("cluster.bus-port", busPort, "cluster.port", port == 0 ? 0 : port + 1);
    if (keyStore.indexOf('\0') >= 0) {
      throw Limits.refused("cluster.key-store", "holds a zero byte; allowed: a path of a file");
    }
    if (enabled && keyStore.isEmpty()) {
      throw Limits.refused(
          "cluster.key-store",
          "is not set while "
              + Limits.named("cluster.enabled")
              + " is on; allowed: the path of a PKCS #12 file that all members have");
    }
    if (enabled && keyStorePassword.isEmpty()) {
      throw Limits.refused(
          "cluster.key-store-password",
          "is not set; allowed: the password of " + Limits.named("cluster.key-store"));
    }
  }

  @Override
  public String toString() {
    return Binder.describe(this);
  }
}
