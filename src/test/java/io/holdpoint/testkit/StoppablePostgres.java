package io.holdpoint.testkit;

import io.holdpoint.bench.FreePort;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A PostgreSQL of one test alone, to be stopped, killed and started again on the same port. */
public final class StoppablePostgres implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration STARTED = Duration.ofSeconds(20);

  private final Path data;
  private final String addresses;
  private final int port;
  private final TestDatabase database;
  private EmbeddedPostgres running;

  /**
   * @param directory empty, for the data
   */
  public StoppablePostgres(Path directory) {
    this(directory, LOOPBACK);
  }

  private StoppablePostgres(Path directory, String addresses) {
    data = directory.resolve("data");
    this.addresses = addresses;
    port = FreePort.find();
    start();
    database = TestDatabase.create(PostgresServer.at(LOOPBACK + ":" + port));
  }

  /**
   * One that listens at another address of this machine too, for whoever has a password.
   *
   * @param directory empty, for the data
   */
  public static StoppablePostgres at(String address, Path directory) {
    StoppablePostgres server = new StoppablePostgres(directory, LOOPBACK + "," + address);
    server.write("pg_hba.conf", "host all all all scram-sha-256\n");
    server.database.execute("SELECT pg_reload_conf()");
    return server;
  }

  private void write(String file, String line) {
    try {
      Files.writeString(data.resolve(file), line, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private StoppablePostgres(Path directory, StoppablePostgres primary) {
    data = directory.resolve("data");
    addresses = LOOPBACK;
    port = FreePort.find();
    primary.stop();
    copy(primary.data, data);
    primary.start();
    try {
      Files.createFile(data.resolve("standby.signal"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    write(
        "postgresql.auto.conf",
        "primary_conninfo = 'host=127.0.0.1 port="
            + primary.port
            + " user=postgres password=postgres application_name=standby'\n");
    start();
    database = primary.database.copyAt(LOOPBACK + ":" + port);
  }

  /**
   * A standby that nothing is acknowledged without, made from a cold copy: the embedded archive has
   * no {@code pg_basebackup}. The primary's connections are ended for that.
   */
  public StoppablePostgres synchronousStandby(Path directory) {
    StoppablePostgres standby = new StoppablePostgres(directory, this);
    database.execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
    database.execute("SELECT pg_reload_conf()");
    Await.until(
        STARTED,
        "the standby is waited for",
        () ->
            database.count("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'")
                == 1);
    return standby;
  }

  /** Makes a standby the primary; returns when it takes writes. */
  public void promote() {
    database.execute("SELECT pg_promote()");
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        // Attributes too: the server refuses a directory that others may read.
        Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
      }
      Files.deleteIfExists(to.resolve("epg-lock"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return port;
  }

  /** A migrated database on it. */
  public TestDatabase database() {
    return database;
  }

  public void start() {
    try {
      running =
          EmbeddedPostgres.builder()
              .setPort(port)
              .setDataDirectory(data)
              .setCleanDataDirectory(false)
              .setOverrideWorkingDirectory(
                  Path.of(System.getProperty("java.io.tmpdir"), "embedded-pg").toFile())
              .setRegisterShutdownHook(false)
              .setServerConfig("fsync", "on")
              .setServerConfig("listen_addresses", addresses)
              .setServerConfig("max_connections", "100")
              .setLocaleConfig("locale", "C.UTF-8")
              .setPGStartupWait(STARTED)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As an operator does: connections are ended, what is committed is on disk. */
  public void stop() {
    try {
      running.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As a crash does: the postmaster dies without a word, its children follow. */
  public void kill() {
    ProcessHandle postmaster = postmaster();
    List<ProcessHandle> children = postmaster.children().toList();
    postmaster.destroyForcibly();
    Await.until(
        STARTED,
        "all processes of the server are gone",
        () -> !postmaster.isAlive() && children.stream().noneMatch(ProcessHandle::isAlive));
    try {
      Files.delete(data.resolve("postmaster.pid"));
      // The library's own lock goes by the file and would refuse the next start.
      Files.delete(data.resolve("epg-lock"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As a hanging disk does: connections stay, even new ones are taken, and nothing answers. */
  public void freeze() {
    signal("STOP");
  }

  public void thaw() {
    signal("CONT");
  }

  private void signal(String name) {
    StringBuilder command = new StringBuilder("kill -" + name);
    ProcessHandle postmaster = postmaster();
    command.append(' ').append(postmaster.pid());
    postmaster.children().forEach(child -> command.append(' ').append(child.pid()));
    try {
      new ProcessBuilder("sh", "-c", command.toString()).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private ProcessHandle postmaster() {
    try {
      String pid = Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip();
      return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    stop();
  }
}
