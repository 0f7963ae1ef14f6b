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
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * The one PostgreSQL of a test run: in a container when a Docker engine is there, else embedded.
 * {@code -Dtest.pg=docker|embedded} forces one of them.
 */
public final class PostgresServer implements AutoCloseable {
  static final String SUPERUSER = "postgres";
  static final String PASSWORD = "postgres";
  private static final Namespace NAMESPACE = Namespace.create(PostgresServer.class);

  private final String address;
  private final AutoCloseable backend;

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
      backend = container;
      address = container.getHost() + ":" + container.getMappedPort(5432);
    } else {
      EmbeddedPostgres embedded = embedded();
      backend = embedded;
      address = "127.0.0.1:" + embedded.getPort();
    }
    createOwner();
  }

  private PostgresServer(String address) {
    this.address = address;
    this.backend = () -> {};
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

  /** Started with the first test that needs it, closed with the last of the run. */
  public static PostgresServer shared(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent("server", key -> new PostgresServer(), PostgresServer.class);
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

  @Override
  public void close() throws Exception {
    backend.close();
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
