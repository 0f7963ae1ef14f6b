package io.holdpoint.store;

import io.vertx.pgclient.PgConnectOptions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/**
 * Brings a database to the schema this build needs. Blocking; runs before any verticle, with the
 * owner's login. Two processes at once do no harm: one migrates, the other waits and finds it done.
 */
public final class Migrations {
  /** The version this build needs: that of the newest file in sql/migration. */
  public static final String VERSION = "010";

  /** The oldest PostgreSQL whose behaviour the statements were tested on. */
  private static final int OLDEST_SERVER = 150_000;

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
    PgConnectOptions runtime = uri(runtimeUri, "HOLDPOINT_POSTGRES_URI");
    PgConnectOptions owner = uri(ownerUri, "HOLDPOINT_POSTGRES_OWNER_URI");
    String jdbc = jdbcUrl(owner);
    try (Connection connection =
        DriverManager.getConnection(jdbc, owner.getUser(), owner.getPassword())) {
      requireServer(connection);
      requireCreator(connection, owner);
    } catch (SQLException e) {
      throw unreachable(owner, e);
    }
    Report report = runFlyway(owner, jdbc);
    RuntimeLogin.grant(jdbc, owner, runtime);
    return report;
  }

  private static Report runFlyway(PgConnectOptions owner, String jdbc) {
    try {
      var configuration =
          Flyway.configure()
              .dataSource(jdbc, owner.getUser(), owner.getPassword())
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
  public static void requireCurrent(String runtimeUri) {
    PgConnectOptions runtime = uri(runtimeUri, "HOLDPOINT_POSTGRES_URI");
    try (Connection connection =
        DriverManager.getConnection(jdbcUrl(runtime), runtime.getUser(), runtime.getPassword())) {
      requireServer(connection);
      String found = schemaVersion(connection);
      if (!found.equals(VERSION)) {
        throw new StartException(
            "the schema is at version "
                + found
                + ", this build needs "
                + VERSION
                + "; run: java -jar holdpoint.jar migrate (with HOLDPOINT_POSTGRES_OWNER_URI)");
      }
    } catch (SQLException e) {
      throw unreachable(runtime, e);
    }
  }

  private static String schemaVersion(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT to_regclass('" + Database.SCHEMA + ".schema_history') IS NOT NULL")) {
      rows.next();
      if (!rows.getBoolean(1)) {
        return "none";
      }
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = " + Database.SCHEMA);
      try (ResultSet rows = statement.executeQuery(Statements.statement("schema_version"))) {
        return rows.next() ? rows.getString(1) : "none";
      }
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
  private static void requireCreator(Connection connection, PgConnectOptions owner)
      throws SQLException {
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
                + owner.getUser()
                + " may not create in database "
                + owner.getDatabase()
                + "; set HOLDPOINT_POSTGRES_OWNER_URI to the login that owns it");
      }
    }
  }

  private static PgConnectOptions uri(String uri, String variable) {
    try {
      return PgConnectOptions.fromUri(uri);
    } catch (IllegalArgumentException unreadable) {
      // Its message holds the password.
      throw new StartException(
          variable
              + " cannot be read (value hidden); allowed: postgresql://user:password@host:port/name,"
              + " with special characters of the password percent-encoded");
    }
  }

  static String jdbcUrl(PgConnectOptions options) {
    return "jdbc:postgresql://"
        + options.getHost()
        + ":"
        + options.getPort()
        + "/"
        + options.getDatabase()
        + "?connectTimeout=5&loginTimeout=5&ApplicationName=holdpoint-migrate";
  }

  static StartException unreachable(PgConnectOptions options, SQLException cause) {
    return new StartException(
        "PostgreSQL at "
            + options.getHost()
            + ":"
            + options.getPort()
            + "/"
            + options.getDatabase()
            + " cannot be used as "
            + options.getUser()
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
