package io.holdpoint.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * The one PostgreSQL of a JVM with tests: in a container when a Docker engine is there, else
 * embedded. {@code -Dtest.pg=docker|embedded} forces one of them.
 */
final class PostgresServer {
  static final String SUPERUSER = "postgres";
  static final String PASSWORD = "postgres";
  private static @Nullable PostgresServer shared;

  private final String address;

  private PostgresServer() {
    String mode = System.getProperty("test.pg", "auto");
    boolean docker =
        mode.equals("docker")
            || mode.equals("auto") && DockerClientFactory.instance().isDockerAvailable();
    if (docker) {
      PostgreSQLContainer container =
          new PostgreSQLContainer("postgres:18")
              .withUsername(SUPERUSER)
              .withPassword(PASSWORD)
              .withCommand("postgres", "-c", "max_connections=300");
      container.start();
      address = container.getHost() + ":" + container.getMappedPort(5432);
    } else {
      address = "127.0.0.1:" + embedded().getPort();
    }
    createOwner();
  }

  private PostgresServer(String address) {
    this.address = address;
  }

  /** A server that somebody else has just made and ends. */
  static PostgresServer at(String address) {
    PostgresServer server = new PostgresServer(address);
    server.createOwner();
    return server;
  }

  /** A copy of such a server: all its roles are there. */
  static PostgresServer copyAt(String address) {
    return new PostgresServer(address);
  }

  private void createOwner() {
    run("postgres", "CREATE ROLE holdpoint_owner LOGIN CREATEROLE PASSWORD 'owner'");
  }

  private static EmbeddedPostgres embedded() {
    try {
      return EmbeddedPostgres.builder()
          .setServerConfig("max_connections", "300")
          // A session zone that is not the JVM's shows every confusion of the two.
          .setServerConfig("timezone", "Pacific/Chatham")
          .setLocaleConfig("locale", "C.UTF-8")
          .setPGStartupWait(Duration.ofSeconds(30))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Started with the first test that needs it; ends with this JVM, by the library's own hook. Not
   * with the run: each test class is a run of its own where there are several JVMs.
   */
  static synchronized PostgresServer shared() {
    PostgresServer running = shared;
    if (running == null) {
      running = new PostgresServer();
      shared = running;
    }
    return running;
  }

  String address() {
    return address;
  }

  /** Runs one statement as superuser, outside any transaction. */
  void run(String database, String sql) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://" + address + "/" + database, SUPERUSER, PASSWORD);
  }

  private @Nullable String template;

  /** The name of a database that is migrated already, to be copied. */
  synchronized String template() {
    String ready = template;
    if (ready == null) {
      ready = "holdpoint_template";
      run("postgres", "CREATE DATABASE " + ready + " OWNER holdpoint_owner");
      TestDatabase.migrate(address, ready);
      template = ready;
    }
    return ready;
  }
}
