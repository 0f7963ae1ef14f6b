package io.holdpoint.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration, checked. One instance is made at start and handed down by parts; it
 * never changes. {@code defaultDriver} is already decided: {@code simulated} or {@code none}.
 */
public record HoldpointConfig(
    String region,
    Path dataDir,
    String defaultDriver,
    HttpConfig http,
    TlsConfig tls,
    LimitsConfig limits,
    ManagementConfig management,
    PostgresConfig postgres,
    AuthConfig auth,
    SecretConfig secret,
    CommandConfig commands,
    AuditConfig audit,
    StreamConfig stream,
    ClusterConfig cluster,
    WorkerConfig worker,
    WebhookConfig webhook,
    SimulatedConfig simulated,
    ProcessConfig process) {

  private static final Set<String> DRIVERS = Set.of("simulated", "none");

  public HoldpointConfig {
    if (!region.matches("[a-z][a-z0-9-]{0,62}")) {
      throw Limits.refused(
          "region",
          "is "
              + Limits.shown(region)
              + "; allowed: a lower-case letter, then at most 62 of a-z, 0-9, -");
    }
    if (dataDir.toString().isBlank()) {
      throw Limits.refused("data-dir", "is blank; allowed: a path of the file system");
    }
    if (!DRIVERS.contains(defaultDriver)) {
      throw Limits.refused(
          "default-driver", "is " + Limits.shown(defaultDriver) + "; allowed: simulated, none");
    }
    checkDoors(http, management, auth);
    tls.checkWith(http);
    if (postgres.statementTimeout().compareTo(commands.deadline()) >= 0) {
      throw Limits.refused(
          "postgres.statement-timeout",
          "is "
              + Units.format(postgres.statementTimeout())
              + "; allowed: less than "
              + Limits.named("commands.deadline")
              + ", "
              + Units.format(commands.deadline()));
    }
  }

  /**
   * Reads the configuration: environment before file before defaults.
   *
   * @param file the file, or null for the one that {@code HOLDPOINT_CONF} names, if any
   * @throws ConfigException if anything is unknown, malformed, out of range or contradictory
   */
  public static HoldpointConfig load(@Nullable Path file, Map<String, String> environment) {
    Map<String, String> texts = Settings.resolve(file, environment, KeyCatalog.INSTANCE);
    boolean embedded = texts.getOrDefault("postgres.uri", "").isEmpty();
    texts.replace("default-driver", "", embedded ? "simulated" : "none");
    boolean local =
        HttpConfig.isLoopback(texts.getOrDefault("http.host", ""))
            && texts.getOrDefault("auth.access-key-id", "").isEmpty();
    texts.replace("auth.mode", "", local ? "off" : "signature");
    return Binder.bind(HoldpointConfig.class, texts);
  }

  /** The effective configuration as YAML that {@link #load} reads again; passwords are hidden. */
  public String describe() {
    return Binder.describe(this);
  }

  /** Whether nodes may be processes of this host. */
  public boolean processNodes() {
    return process.allowed(http.loopback());
  }

  @Override
  public String toString() {
    return describe();
  }

  private static void checkDoors(HttpConfig http, ManagementConfig management, AuthConfig auth) {
    if (auth.mode() == AuthConfig.Mode.OFF && !http.loopback()) {
      throw Limits.refused(
          "http.host",
          "is "
              + Limits.shown(http.host())
              + " while "
              + Limits.named("auth.mode")
              + " is off; allowed without authentication: 127.0.0.1, ::1 or localhost");
    }
    Limits.differs("management.port", management.port(), "http.port", http.port());
    http.httpsPort()
        .ifPresent(
            tls -> Limits.differs("management.port", management.port(), "http.https-port", tls));
  }
}
