package io.holdpoint.store;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the server on one data directory, against the library's test habits: durable, with
 * passwords from the first moment (never {@code trust}), on loopback only, without sockets in the
 * file system, without a shutdown hook, and cleaning up nothing that is not ours.
 */
final class ServerLauncher {

  /** Every value goes through a shell unquoted: none may hold a space or a shell's character. */
  static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("fsync", "on"),
          Map.entry("synchronous_commit", "on"),
          Map.entry("full_page_writes", "on"),
          Map.entry("listen_addresses", "127.0.0.1"),
          Map.entry("unix_socket_directories", ""),
          Map.entry("max_connections", "60"),
          Map.entry("shared_buffers", "128MB"),
          Map.entry("max_wal_size", "1GB"),
          Map.entry("checkpoint_timeout", "15min"),
          Map.entry("jit", "off"),
          Map.entry("timezone", "UTC"),
          Map.entry("log_timezone", "UTC"),
          Map.entry("logging_collector", "on"),
          Map.entry("log_directory", "../log"),
          Map.entry("log_filename", "postgresql-%a.log"),
          Map.entry("log_rotation_age", "1d"),
          Map.entry("log_rotation_size", "0"),
          Map.entry("log_truncate_on_rotation", "on"),
          Map.entry("log_min_messages", "log"));

  /** The same order of texts everywhere; systems other than Linux may not know C.UTF-8. */
  private static final Map<String, String> LOCALE =
      System.getProperty("os.name").equals("Linux")
          ? Map.of("locale", "C.UTF-8")
          : Map.of("locale", "C", "locale-provider", "builtin", "builtin-locale", "C.UTF-8");

  private static final Logger LOG = LoggerFactory.getLogger(ServerLauncher.class);
  private static final int PORTS = 3;

  /** The library waits this long even for a server that has failed; we ask again while it lives. */
  private static final Duration WAIT = Duration.ofSeconds(5);

  /** Together 3 minutes: crash recovery of at most max_wal_size on a slow disk. */
  private static final int WAITS = 36;

  private final DataDirectory directory;
  private final Credentials credentials;
  private final Map<String, String> sizes;

  /** Equal for equal places: the library remembers unpacked binaries by this value. */
  private record Binaries(Path place) implements PgBinaryResolver {
    @Override
    public InputStream getPgBinary(String system, String machine) throws IOException {
      return DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, machine);
    }
  }

  /**
   * @param sizes settings that win over ours
   */
  ServerLauncher(DataDirectory directory, Credentials credentials, Map<String, String> sizes) {
    this.directory = directory;
    this.credentials = credentials;
    this.sizes = sizes;
  }

  /** Starts the server, creating {@code data} if it is absent; a failure leaves no process. */
  EmbeddedPostgres launch(Path data) throws IOException {
    if ("root".equals(System.getProperty("user.name")) && !LinuxUtils.isUnshareAvailable()) {
      throw new StartException(
          "the embedded PostgreSQL cannot run as root where user namespaces are not permitted;"
              + " run as another user, or set HOLDPOINT_POSTGRES_URI");
    }
    StartLog log = StartLog.open(directory);
    boolean unpacked = keepWholeBinaries();
    Path password = directory.root().resolve("credentials.initdb");
    try {
      if (!Files.exists(data)) {
        PrivateFiles.write(password, credentials.superuser() + "\n");
      }
      return launch(data, password, log);
    } catch (IOException | RuntimeException | ExceptionInInitializerError e) {
      Leftovers.stop(directory);
      if (!unpacked) {
        // A full disk leaves binaries that look whole; nobody has used these yet.
        PrivateFiles.deleteTree(directory.binaries());
      }
      throw failure(log, e);
    } finally {
      Files.deleteIfExists(password);
    }
  }

  private StartException failure(StartLog log, Throwable e) throws IOException {
    Optional<String> mismatch = log.versionMismatch();
    if (mismatch.isPresent()) {
      return new StartException(
          "data directory "
              + directory.root()
              + " was written by "
              + mismatch.get()
              + "; use the Holdpoint that wrote it, or set HOLDPOINT_DATA_DIR to a new directory",
          e);
    }
    return new StartException(
        "the embedded PostgreSQL did not start in "
            + directory.root()
            + ": "
            + log.reason(e)
            + "; see "
            + directory.log()
            + ", or set HOLDPOINT_POSTGRES_URI",
        e);
  }

  private EmbeddedPostgres launch(Path data, Path password, StartLog log) throws IOException {
    int port = freePort();
    int waits = 0;
    int ports = 1;
    log.mark();
    while (true) {
      // An attempt that failed keeps the library's lock until it is collected, by file identity.
      Files.deleteIfExists(data.resolve("epg-lock"));
      try {
        return builder(data, port, password).start();
      } catch (IOException e) {
        boolean alive = Leftovers.postmaster(directory, data).isPresent();
        if (alive && !isRefusedPassword(e) && waits < WAITS) {
          waits++;
          LOG.atInfo().addKeyValue("port", port).log("embedded PostgreSQL is still starting");
        } else if (!alive && ports < PORTS && log.saysPortTaken()) {
          ports++;
          port = freePort();
          log.mark();
        } else {
          throw e;
        }
      }
    }
  }

  private EmbeddedPostgres.Builder builder(Path data, int port, Path password) {
    // The library sweeps this place for stale data of others; its default is the shared /tmp.
    System.setProperty("ot.epg.working-dir", directory.binaries().toString());
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setPgBinaryResolver(new Binaries(directory.binaries()))
            .setOverrideWorkingDirectory(directory.binaries().toFile())
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setRegisterShutdownHook(false)
            .setPort(port)
            .setPGStartupWait(WAIT)
            .setConnectConfig("password", credentials.superuser())
            // Another program on a port that was free a moment ago may never answer.
            .setConnectConfig("loginTimeout", "5")
            // Any initdb option passes this way; a later --auth overrides the library's -A trust.
            .setLocaleConfig("auth", "scram-sha-256")
            .setLocaleConfig("pwfile", password.toString())
            .setOutputRedirector(ProcessBuilder.Redirect.appendTo(directory.startLog().toFile()));
    SETTINGS.forEach(builder::setServerConfig);
    sizes.forEach(builder::setServerConfig);
    LOCALE.forEach(builder::setLocaleConfig);
    return builder;
  }

  /** Removes binaries whose unpacking was cut off; tells whether whole ones are there. */
  private boolean keepWholeBinaries() throws IOException {
    if (!Files.isDirectory(directory.binaries())) {
      return false;
    }
    boolean whole = false;
    try (Stream<Path> unpacked = Files.list(directory.binaries())) {
      for (Path binaries : unpacked.toList()) {
        if (Files.exists(binaries.resolve(".exists"))) {
          whole = true;
        } else {
          PrivateFiles.deleteTree(binaries);
        }
      }
    }
    return whole;
  }

  private static boolean isRefusedPassword(Throwable failure) {
    return failure.getCause() instanceof SQLException refused
        && refused.getSQLState() != null
        && refused.getSQLState().startsWith("28");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }
}
