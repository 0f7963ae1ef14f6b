package io.holdpoint.store;

import io.holdpoint.secret.SealingKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server that another process runs on its data directory, found by the files it keeps there;
 * whoever may read its passwords may use it. Changes nothing in the directory.
 */
final class JoinedServer implements EmbeddedDatabase {
  /** Lines of {@code postmaster.pid}, as PostgreSQL writes it since version 10. */
  private static final int PORT_LINE = 3;

  private static final int STATUS_LINE = 7;

  private final Path root;
  private final Credentials credentials;
  private final int port;

  private JoinedServer(Path root, Credentials credentials, int port) {
    this.root = root;
    this.credentials = credentials;
    this.port = port;
  }

  /**
   * @param held what says who has the directory
   */
  static JoinedServer join(Path dataDir, StartException held) {
    try {
      Path root = dataDir.toRealPath();
      int port = port(root, held);
      return new JoinedServer(
          root, Credentials.read(root.resolve(DataDirectory.CREDENTIALS)), port);
    } catch (IOException e) {
      throw DataDirectory.unusable(dataDir, e);
    }
  }

  private static int port(Path root, StartException held) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(root.resolve(DataDirectory.POSTGRES).resolve("postmaster.pid"));
    } catch (NoSuchFileException notYet) {
      lines = List.of();
    }
    if (lines.size() <= STATUS_LINE || !lines.get(STATUS_LINE).strip().equals("ready")) {
      throw new StartException(
          String.valueOf(held.getMessage()).replaceFirst(";.*", "")
              + ", whose PostgreSQL is not ready; try again when it is");
    }
    return Integer.parseInt(lines.get(PORT_LINE).strip());
  }

  @Override
  public String ownerUri() {
    return EmbeddedServer.uri(EmbeddedServer.OWNER, credentials.owner(), port);
  }

  @Override
  public String runtimeUri() {
    return EmbeddedServer.uri(EmbeddedServer.RUNTIME, credentials.runtime(), port);
  }

  /** A file that is missing means that the other process was given its keys. */
  @Override
  public @Nullable SealingKeys sealingKeys() {
    Path file = root.resolve(DataDirectory.SEALING_KEYS);
    return Files.exists(file) ? SealingKeys.read(file) : null;
  }

  /** The server is the other process's to stop. */
  @Override
  public void close() {}
}
