package io.holdpoint.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdpoint.testkit.InSoak;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The ordered tests go on with one directory, because a first start costs seconds. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(60)
class EmbeddedServerIT {

  @TempDir static Path shared;
  @TempDir Path fresh;

  @Test
  @Order(1)
  void firstStartIsDurableAndPrivate() throws Exception {
    Path directory = directory();
    try (EmbeddedServer server = EmbeddedServer.start(directory)) {
      for (String durable : List.of("fsync", "synchronous_commit", "full_page_writes")) {
        assertEquals("on", value(server.runtimeUri(), "SHOW " + durable), durable);
      }
      assertEquals("127.0.0.1", value(server.runtimeUri(), "SHOW listen_addresses"));
      assertEquals("60", value(server.runtimeUri(), "SHOW max_connections"));
      assertEquals(
          "C.UTF-8 UTF8 holdpoint_owner",
          value(
              server.runtimeUri(),
              "SELECT datcollate || ' ' || pg_encoding_to_char(encoding) || ' ' ||"
                  + " pg_get_userbyid(datdba) FROM pg_database WHERE datname ="
                  + " current_database()"));
      assertEquals(
          "holdpoint false false,holdpoint_owner true false",
          value(
              server.ownerUri(),
              "SELECT string_agg(rolname || ' ' || rolcreaterole || ' ' || rolsuper, ',' ORDER BY"
                  + " rolname) FROM pg_roles WHERE rolname LIKE 'holdpoint%'"));
      execute(server.ownerUri(), "CREATE TABLE kept (n int); GRANT ALL ON kept TO holdpoint");
      execute(server.runtimeUri(), "INSERT INTO kept VALUES (1)");
      assertRefused("42501", server.runtimeUri(), "CREATE TABLE mine (n int)");

      String wrong = server.runtimeUri().replaceFirst(":[0-9a-f]{48}@", ":wrong@");
      assertRefused("28P01", wrong, "SELECT 1");
      assertRefused("28P01", wrong.replace("holdpoint:wrong", "postgres:wrong"), "SELECT 1");
      assertRefused("08004", wrong.replace("holdpoint:wrong", "postgres:"), "SELECT 1");
    }
    assertFalse(Files.readString(directory.resolve("postgres/pg_hba.conf")).contains(" trust\n"));
    for (String closed : List.of("", "postgres", "binaries", "log")) {
      assertEquals("rwx------", mode(directory.resolve(closed)), closed);
    }
    assertEquals("rw-------", mode(directory.resolve("credentials")));
    assertFalse(Files.exists(directory.resolve("credentials.initdb")));
  }

  @Test
  @Order(2)
  void dataSurvivesRestartAndStalePidFile() throws Exception {
    Path directory = directory();
    // Our own number: PostgreSQL alone would take this process for another postmaster.
    Files.writeString(
        directory.resolve("postgres/postmaster.pid"), ProcessHandle.current().pid() + "\n");

    EmbeddedServer server = EmbeddedServer.start(directory);
    try {
      assertEquals("1", value(server.runtimeUri(), "SELECT count(*) FROM kept"));
      StartException refused =
          assertThrows(StartException.class, () -> EmbeddedServer.start(directory));
      assertTrue(refused.getMessage().contains("in use by this process"), refused.getMessage());
    } finally {
      server.close();
      server.close();
    }
    assertEquals(List.of(), processesIn(directory));
  }

  @Test
  @Order(3)
  void orphanOfKilledProcessIsTakenOver() throws Exception {
    try (EmbeddedServerChild child = EmbeddedServerChild.run("start", directory())) {
      execute(child.said(), "INSERT INTO kept VALUES (2)");
    }
    assertFalse(processesIn(directory()).isEmpty());

    try (EmbeddedServer server = EmbeddedServer.start(directory())) {
      assertEquals("2", value(server.runtimeUri(), "SELECT count(*) FROM kept"));
    }
    assertEquals(List.of(), processesIn(directory()));
  }

  @Test
  @Order(5)
  void damagedPasswordsAreToldAtOnce() throws Exception {
    Path directory = directory();
    Path credentials = directory.resolve("credentials");
    String right = Files.readString(credentials);
    Files.writeString(credentials, right.replaceFirst("superuser=.", "superuser="));
    assertRefusedStart(directory, "passwords of the embedded PostgreSQL are damaged");

    Files.writeString(credentials, right.replaceFirst("superuser=.{8}", "superuser=00000000"));
    assertRefusedStart(directory, "password authentication failed");
    assertEquals(List.of(), processesIn(directory()));

    Files.delete(credentials);
    assertRefusedStart(directory, "passwords of the embedded PostgreSQL are missing");
  }

  @Test
  @Order(4)
  void dataOfAnotherMajorIsRefused() throws Exception {
    Path version = directory().resolve("postgres/PG_VERSION");
    String right = Files.readString(version);
    Files.writeString(version, "14\n");

    assertRefusedStart(
        directory(), "written by PostgreSQL 14, this version brings " + right.strip());

    Files.writeString(version, right);
  }

  @InSoak
  @Test
  void firstStartThatWasKilledBeginsAnew() throws Exception {
    Process child = EmbeddedServerChild.launch("start", fresh);
    Path version = fresh.resolve("postgres.unfinished/PG_VERSION");
    while (!Files.exists(version)) {
      assertFalse(child.waitFor(5, TimeUnit.MILLISECONDS), "the child ended too early");
    }
    child.destroyForcibly().waitFor();
    assertFalse(Files.exists(fresh.resolve("postgres")));
    // As after a kill during unpacking: binaries that are not whole.
    Path binaries = Files.createDirectories(fresh.resolve("binaries/unpacked/PG-cut"));

    try (EmbeddedServer server = EmbeddedServer.start(fresh)) {
      assertEquals("holdpoint", value(server.runtimeUri(), "SELECT current_user"));
    }
    assertFalse(Files.exists(binaries));
    assertFalse(Files.exists(fresh.resolve("postgres.unfinished")));
  }

  @Test
  void directoryHeldByAnotherProcessIsRefusedAtOnce() throws Exception {
    try (EmbeddedServerChild child = EmbeddedServerChild.run("lock", fresh)) {
      long before = System.nanoTime();
      assertRefusedStart(
          fresh,
          "data directory "
              + fresh
              + " is in use by process "
              + child.process().pid()
              + "; stop it or set HOLDPOINT_DATA_DIR to another directory");
      assertTrue(System.nanoTime() - before < TimeUnit.SECONDS.toNanos(2));
    }
    DataDirectory.open(fresh).close();
  }

  @Test
  void dataThatIsNotOursIsRefused() throws Exception {
    Path data = Files.createDirectory(fresh.resolve("postgres"));
    Path precious = Files.writeString(data.resolve("precious"), "x");
    assertRefusedStart(fresh, "holds something that is no PostgreSQL data");

    assertTrue(Files.exists(precious));
  }

  @Test
  void directoryThatCannotBeUsedIsRefused() throws Exception {
    Path file = Files.writeString(fresh.resolve("file"), "x");
    assertRefusedStart(file, "cannot be used: not a directory");
    assertRefusedStart(file.resolve("below"), "cannot be used: ");
    assertRefusedStart(Path.of("/proc/holdpoint"), "cannot be used: ");
    assertRefusedStart(fresh.resolve("a$b"), "which the embedded PostgreSQL cannot take");
  }

  private static Path directory() {
    return shared.resolve("with space").resolve("data");
  }

  private static void assertRefusedStart(Path directory, String expected) {
    StartException refused =
        assertThrows(StartException.class, () -> EmbeddedServer.start(directory));
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains(expected), message);
    assertTrue(message.contains("set HOLDPOINT_"), message);
    assertEquals(1, message.lines().count(), message);
  }

  private static void assertRefused(String sqlState, String uri, String sql) {
    SQLException refused = assertThrows(SQLException.class, () -> execute(uri, sql));
    assertEquals(sqlState, refused.getSQLState(), refused.getMessage());
  }

  private static String value(String uri, String sql) throws SQLException {
    try (Connection connection = connect(uri);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      assertTrue(row.next());
      return row.getString(1);
    }
  }

  private static void execute(String uri, String sql) throws SQLException {
    try (Connection connection = connect(uri);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Connection connect(String text) throws SQLException {
    URI uri = URI.create(text);
    String[] user = uri.getUserInfo().split(":", 2);
    Properties properties = new Properties();
    properties.setProperty("user", user[0]);
    properties.setProperty("password", user[1]);
    return DriverManager.getConnection(
        "jdbc:postgresql://" + uri.getHost() + ":" + uri.getPort() + uri.getPath(), properties);
  }

  private static List<Long> processesIn(Path directory) {
    return ProcessHandle.allProcesses()
        .filter(p -> p.info().command().orElse("").startsWith(directory + "/binaries/"))
        .map(ProcessHandle::pid)
        .toList();
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
