package io.holdpoint.store;

import io.holdpoint.secret.SealingKeys;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL that Holdpoint brings along, so that it runs on a laptop with nothing installed.
 * Not a toy: what is committed survives any kill, and the directory is private to one process at a
 * time. From {@link #start} to {@link #close} the server listens on a random port of 127.0.0.1 and
 * takes nobody without a password. Blocking; call it outside event loops. A start takes seconds, at
 * most 3 minutes after a crash of the machine; a stop takes at most 30 seconds.
 */
public final class EmbeddedServer implements EmbeddedDatabase {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);
  private static final String DATABASE = "holdpoint";
  static final String OWNER = "holdpoint_owner";
  static final String RUNTIME = "holdpoint";
  private static final Set<String> GUARANTEES =
      Set.of(
          "fsync",
          "synchronous_commit",
          "full_page_writes",
          "listen_addresses",
          "unix_socket_directories");

  private final DataDirectory directory;
  private final Credentials credentials;
  private final EmbeddedPostgres postgres;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedServer(
      DataDirectory directory, Credentials credentials, EmbeddedPostgres postgres) {
    this.directory = directory;
    this.credentials = credentials;
    this.postgres = postgres;
  }

  /**
   * Starts the server on its directory, which is created if absent. A server that a killed process
   * left behind is stopped first; a first start that was cut off begins anew.
   *
   * @throws StartException if the directory is in use, unusable, or the server does not start
   */
  public static EmbeddedServer start(Path dataDir) {
    return start(dataDir, Map.of());
  }

  /**
   * The same on a machine that has more to give than a laptop.
   *
   * @param sizes settings of PostgreSQL, such as {@code shared_buffers}; the guarantees stay
   */
  public static EmbeddedServer start(Path dataDir, Map<String, String> sizes) {
    DataDirectory directory = DataDirectory.open(dataDir);
    try {
      Leftovers.stop(directory);
      boolean initialised = directory.initialised();
      Credentials credentials = Credentials.obtain(directory.credentials(), initialised);
      ServerLauncher launcher = new ServerLauncher(directory, credentials, sizes);
      if (!initialised) {
        initialise(directory, credentials, launcher);
      }
      EmbeddedPostgres postgres = launcher.launch(directory.postgres());
      EmbeddedServer server = new EmbeddedServer(directory, credentials, postgres);
      server.verify();
      LOG.atInfo()
          .addKeyValue("port", postgres.getPort())
          .addKeyValue("directory", directory.root())
          .log("embedded PostgreSQL started");
      return server;
    } catch (IOException e) {
      directory.close();
      throw DataDirectory.unusable(dataDir, e);
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  @Override
  public String ownerUri() {
    return uri(OWNER, credentials.owner(), postgres.getPort());
  }

  @Override
  public String runtimeUri() {
    return uri(RUNTIME, credentials.runtime(), postgres.getPort());
  }

  /** Made when they are first asked for. */
  @Override
  public SealingKeys sealingKeys() {
    try {
      return KeyFile.obtain(directory.sealingKeys());
    } catch (IOException e) {
      throw DataDirectory.unusable(directory.root(), e);
    }
  }

  /** Stops the server, then gives the directory back; calling it again does nothing. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try (directory) {
      stop(directory, postgres);
      LOG.atInfo().addKeyValue("directory", directory.root()).log("embedded PostgreSQL stopped");
    } catch (IOException e) {
      throw DataDirectory.unusable(directory.root(), e);
    }
  }

  /** Done aside and renamed as the last act: {@code postgres} is complete or absent. */
  private static void initialise(
      DataDirectory directory, Credentials credentials, ServerLauncher launcher)
      throws IOException {
    directory.clearUnfinished();
    EmbeddedPostgres postgres = launcher.launch(directory.unfinished());
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql :
          List.of(
              "CREATE ROLE " + OWNER + " LOGIN CREATEROLE PASSWORD '" + credentials.owner() + "'",
              "CREATE ROLE " + RUNTIME + " LOGIN PASSWORD '" + credentials.runtime() + "'",
              "CREATE DATABASE " + DATABASE + " OWNER " + OWNER,
              "REVOKE ALL ON DATABASE " + DATABASE + " FROM PUBLIC",
              "GRANT CONNECT ON DATABASE " + DATABASE + " TO " + RUNTIME)) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new StartException(
          "the embedded PostgreSQL could not be set up: SQLSTATE "
              + e.getSQLState()
              + "; see "
              + directory.log(),
          e);
    } finally {
      stop(directory, postgres);
    }
    PrivateFiles.move(directory.unfinished(), directory.postgres());
  }

  private static void stop(DataDirectory directory, EmbeddedPostgres postgres) throws IOException {
    postgres.close();
    Leftovers.stop(directory);
  }

  /** Reads back what must hold; the library's own defaults say the opposite. */
  private void verify() throws IOException {
    Map<String, String> wrong = new TreeMap<>();
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT name, setting FROM pg_settings")) {
      while (row.next()) {
        String name = row.getString(1);
        String setting = row.getString(2);
        if (GUARANTEES.contains(name) && !setting.equals(ServerLauncher.SETTINGS.get(name))) {
          wrong.put(name, setting);
        }
      }
    } catch (SQLException e) {
      stop(directory, postgres);
      throw new StartException(
          "the embedded PostgreSQL does not answer: SQLSTATE " + e.getSQLState(), e);
    }
    if (!wrong.isEmpty()) {
      stop(directory, postgres);
      throw new StartException(
          "the embedded PostgreSQL runs with unsafe settings "
              + wrong
              + "; remove them from "
              + directory.postgres());
    }
  }

  static String uri(String user, String password, int port) {
    return "postgresql://%s:%s@127.0.0.1:%d/%s".formatted(user, password, port, DATABASE);
  }
}
