package io.holdpoint.config;

import java.time.Duration;

/**
 * How the database is reached and how long anything there may take. The URIs hold passwords: they
 * are empty (embedded; owner same as runtime) or begin with {@code postgresql://}, and are redacted
 * in {@link #toString}.
 */
public record PostgresConfig(
    String uri,
    String ownerUri,
    Migrate migrate,
    Duration connectTimeout,
    Duration statementTimeout,
    Duration lockTimeout,
    int queryPool,
    int queryQueue) {

  /** When serve migrates the schema by itself. */
  public enum Migrate {
    AUTO,
    ON,
    OFF
  }

  /** The embedded server takes 60 connections; the rest is for commands, workers and people. */
  private static final int EMBEDDED_POOL_MAX = 40;

  public PostgresConfig {
    checkUri("postgres.uri", uri);
    checkUri("postgres.owner-uri", ownerUri);
    Duration minute = Duration.ofMinutes(1);
    Duration shortest = Duration.ofMillis(10);
    Limits.duration("postgres.connect-timeout", connectTimeout, Duration.ofMillis(100), minute);
    Limits.duration("postgres.statement-timeout", statementTimeout, shortest, minute);
    Limits.duration("postgres.lock-timeout", lockTimeout, shortest, minute);
    if (lockTimeout.compareTo(statementTimeout) > 0) {
      throw Limits.refused(
          "postgres.lock-timeout",
          "is "
              + Units.format(lockTimeout)
              + "; allowed: at most "
              + Limits.named("postgres.statement-timeout")
              + ", "
              + Units.format(statementTimeout));
    }
    Limits.number("postgres.query-pool", queryPool, 1, uri.isEmpty() ? EMBEDDED_POOL_MAX : 1_000);
    Limits.number("postgres.query-queue", queryQueue, 1, 1_000_000);
  }

  /** Whether the service brings its own server. */
  public boolean embedded() {
    return uri.isEmpty();
  }

  public boolean migrateOnServe() {
    return migrate == Migrate.ON || (migrate == Migrate.AUTO && embedded());
  }

  @Override
  public String toString() {
    return Binder.describe(this);
  }

  private static void checkUri(String key, String uri) {
    if (!uri.isEmpty() && !uri.matches("postgres(ql)?://[^/\\s]\\S*")) {
      throw Limits.refused(
          key, "is not usable (value hidden); allowed: postgresql://user:password@host:port/name");
    }
  }
}
