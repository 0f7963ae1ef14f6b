package io.holdpoint.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.jspecify.annotations.Nullable;

/**
 * Brings a database to the schema this build needs. Blocking; runs before any verticle, with the
 * owner's login. Two processes at once do no harm: one migrates, the other waits and finds it done.
 */
public final class Migrations {
  /** The version this build needs: that of the newest file in sql/migration. */
  public static final String VERSION = "013";

  /** The oldest PostgreSQL whose behaviour the statements were tested on. */
  private static final int OLDEST_SERVER = 150_000;

  private static final String RUNTIME = "HOLDPOINT_POSTGRES_URI";
  private static final String OWNER = "HOLDPOINT_POSTGRES_OWNER_URI";

  private Migrations() {}

  /**
   * What a migration did.
   *
   * @param executed 0 when the schema was current
   */
  public record Report(int executed, String version) {}

  /**
   * @param ownerUri a login that owns the database or may create in it
   * @param runtimeUri the login of {@code serve}: it gets the runtime role, and is created with the
   *     password in the URI when it does not exist and the owner may do that
   * @throws StartException with one line that says what to do
   */
  public static Report migrate(String ownerUri, String runtimeUri) {
    PostgresUri runtime = PostgresUri.parse(runtimeUri, RUNTIME);
    PostgresUri servers = PostgresUri.parse(ownerUri, OWNER);
    PostgresUri owner;
    try {
      owner = PrimaryConnection.find(servers);
      try (Connection connection = PrimaryConnection.open(owner)) {
        requireServer(connection);
        requireCreator(connection, owner);
      }
    } catch (SQLException e) {
      throw unreachable(servers, e);
    }
    Report report = runFlyway(owner);
    RuntimeLogin.grant(owner, runtime);
    return report;
  }

  private static Report runFlyway(PostgresUri owner) {
    try {
      var configuration =
          Flyway.configure()
              .dataSource(owner.jdbcUrl(), owner.user(), owner.password())
              .defaultSchema(Database.SCHEMA)
              .table("schema_history")
              .locations("classpath:sql/migration")
              .validateMigrationNaming(true);
      // Else CREATE INDEX CONCURRENTLY in a later migration waits for Flyway's own transaction.
      configuration
          .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
          .setTransactionalLock(false);
      Flyway flyway = configuration.load();
      int executed = flyway.migrate().migrationsExecuted;
      return new Report(executed, version(flyway.info().current()));
    } catch (FlywayException e) {
      throw new StartException(
          "the schema could not be migrated: "
              + firstLine(e)
              + "; check that the login in HOLDPOINT_POSTGRES_OWNER_URI owns the database");
    }
  }

  private static String version(MigrationInfo info) {
    return info.getVersion().getVersion();
  }

  /**
   * @throws StartException when the database cannot be used as it is, with what to do about it
   */
  public static void requireUsable(String runtimeUri) {
    PostgresUri runtime = PostgresUri.parse(runtimeUri, RUNTIME);
    try (Connection connection = PrimaryConnection.open(runtime)) {
      requireServer(connection);
      Optional<String> refusal = schemaVersion(connection).refusal();
      if (refusal.isPresent()) {
        throw new StartException(refusal.get());
      }
    } catch (SQLException e) {
      throw unreachable(runtime, e);
    }
  }

  private static SchemaVersion schemaVersion(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      String history = "to_regclass('" + Database.SCHEMA + ".schema_history')";
      if (value(statement, "SELECT " + history) == null) {
        return new SchemaVersion(SchemaVersion.NONE, null);
      }
      statement.execute("SET search_path = " + Database.SCHEMA);
      String found = value(statement, Statements.statement("schema_version"));
      String version = found == null ? SchemaVersion.NONE : found;
      return new SchemaVersion(
          version,
          SchemaVersion.isNewer(version)
              ? value(statement, Statements.statement("schema_oldest_build"))
              : null);
    }
  }

  private static @Nullable String value(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : null;
    }
  }

  private static void requireServer(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW server_version_num")) {
      rows.next();
      requireServer(rows.getInt(1));
    }
  }

  /**
   * @param version as {@code server_version_num} has it
   */
  static void requireServer(int version) {
    if (version < OLDEST_SERVER) {
      throw new StartException(
          "PostgreSQL " + version / 10_000 + " is too old; Holdpoint needs 15 or newer");
    }
  }

  /** Asked first: Flyway would try for ten seconds and not say why it failed. */
  private static void requireCreator(Connection connection, PostgresUri owner) throws SQLException {
    String sql =
        "SELECT to_regnamespace('"
            + Database.SCHEMA
            + "') IS NOT NULL OR has_database_privilege(current_database(), 'CREATE')";
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      if (!rows.getBoolean(1)) {
        throw new StartException(
            "the schema cannot be migrated: "
                + owner.user()
                + " may not create in database "
                + owner.database()
                + "; set HOLDPOINT_POSTGRES_OWNER_URI to the login that owns it");
      }
    }
  }

  private static StartException unreachable(PostgresUri database, SQLException cause) {
    return new StartException(
        "PostgreSQL at "
            + database.addresses()
            + "/"
            + database.database()
            + " cannot be used as "
            + database.user()
            + ": "
            + firstLine(cause)
            + "; check that it runs and that the URI in the configuration is right");
  }

  static String firstLine(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    int end = message.indexOf('\n');
    String line = (end < 0 ? message : message.substring(0, end)).strip();
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }
}
