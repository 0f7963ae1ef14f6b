package io.holdpoint.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The embedded server's directory, held by this process alone from {@link #open} to {@link #close}.
 * Knows where things lie and judges what is found there; starts nothing.
 *
 * <p>{@code postgres} exists only once a first start got through; until then the work is in {@code
 * postgres.unfinished}, which may be thrown away at any time.
 */
final class DataDirectory implements AutoCloseable {

  static final String POSTGRES = "postgres";
  static final String CREDENTIALS = "credentials";
  static final String SEALING_KEYS = "sealing-keys";

  private static final long FIRST_START_BYTES = 256L << 20;
  private static final String REMEDY = "make it usable or set HOLDPOINT_DATA_DIR";

  /** Locks of one process do not exclude each other, so the process keeps its own account. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path root;
  private final FileChannel lock;

  private DataDirectory(Path root, FileChannel lock) {
    this.root = root;
    this.lock = lock;
  }

  static DataDirectory open(Path given) {
    try {
      PrivateFiles.createDirectory(given);
      Path root = given.toRealPath();
      if (root.toString().matches("(?s).*[\"$`\\\\\\p{Cntrl}].*")) {
        throw new StartException(
            "data directory "
                + root
                + " has a quote, $, ` or \\ in its path, which the embedded"
                + " PostgreSQL cannot take; set HOLDPOINT_DATA_DIR to another directory");
      }
      if (!HELD.add(root)) {
        throw inUse(given, "this process, " + ProcessHandle.current().pid());
      }
      try {
        DataDirectory directory = new DataDirectory(root, lock(given, root));
        PrivateFiles.createDirectory(root.resolve("binaries"));
        PrivateFiles.createDirectory(directory.log());
        return directory;
      } catch (IOException | RuntimeException e) {
        HELD.remove(root);
        throw e;
      }
    } catch (IOException e) {
      throw unusable(given, e);
    }
  }

  Path root() {
    return root;
  }

  Path postgres() {
    return root.resolve(POSTGRES);
  }

  Path unfinished() {
    return root.resolve("postgres.unfinished");
  }

  /**
   * Where the binaries are unpacked; inside a private directory, for the library opens it to all.
   */
  Path binaries() {
    return root.resolve("binaries").resolve("unpacked");
  }

  Path log() {
    return root.resolve("log");
  }

  /** What {@code initdb} and {@code pg_ctl} say, and the server until it logs by itself. */
  Path startLog() {
    return log().resolve("start.log");
  }

  Path credentials() {
    return root.resolve(CREDENTIALS);
  }

  Path sealingKeys() {
    return root.resolve(SEALING_KEYS);
  }

  /** Whether a first start got through; refuses what is not a server's data. */
  boolean initialised() throws IOException {
    if (Files.exists(postgres().resolve("PG_VERSION"))
        && Files.exists(postgres().resolve("postgresql.conf"))) {
      return true;
    }
    if (Files.exists(postgres()) && !isEmpty(postgres())) {
      throw new StartException(
          postgres()
              + " holds something that is no PostgreSQL data; move it away or set"
              + " HOLDPOINT_DATA_DIR to another directory");
    }
    return false;
  }

  /** Throws away what a first start that was cut off has left. */
  void clearUnfinished() throws IOException {
    PrivateFiles.deleteTree(unfinished());
    long free = Files.getFileStore(root).getUsableSpace();
    if (free < FIRST_START_BYTES) {
      throw new StartException(
          "data directory "
              + root
              + " has "
              + (free >> 20)
              + " MiB of free space, a first start"
              + " needs "
              + (FIRST_START_BYTES >> 20)
              + "; free some or set HOLDPOINT_DATA_DIR");
    }
  }

  static StartException unusable(Path directory, IOException e) {
    String reason = e.getClass().getSimpleName();
    if (e instanceof AccessDeniedException) {
      reason = "permission denied";
    } else if (e instanceof FileAlreadyExistsException) {
      reason = "not a directory";
    } else if (e instanceof FileSystemException refused && refused.getReason() != null) {
      reason = refused.getReason();
    }
    String where = e instanceof FileSystemException refused ? " (" + refused.getFile() + ")" : "";
    return new StartException(
        "data directory " + directory + " cannot be used: " + reason + where + "; " + REMEDY, e);
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw unusable(root, e);
    } finally {
      HELD.remove(root);
    }
  }

  private static FileChannel lock(Path given, Path root) throws IOException {
    Path file = root.resolve("holdpoint.lock");
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        String pid = Files.readString(file).strip();
        throw inUse(given, pid.isEmpty() ? "another process" : "process " + pid);
      }
      channel.truncate(0);
      channel.write(StandardCharsets.UTF_8.encode(ProcessHandle.current().pid() + "\n"));
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static InUse inUse(Path given, String holder) {
    return new InUse(
        "data directory "
            + given
            + " is in use by "
            + holder
            + "; stop it or set HOLDPOINT_DATA_DIR to another directory");
  }

  /** Another process, or another part of this one, holds the directory. */
  static final class InUse extends StartException {
    private static final long serialVersionUID = 1L;

    InUse(String message) {
      super(message);
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    }
  }
}
