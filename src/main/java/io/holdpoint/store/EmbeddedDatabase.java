package io.holdpoint.store;

import io.holdpoint.secret.SealingKeys;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The PostgreSQL in a data directory, as somebody uses it until {@link #close}. */
public interface EmbeddedDatabase extends AutoCloseable {

  /** The URI of the role that owns the database and may create roles; for migrations. */
  String ownerUri();

  /** The URI of the role that the running service uses; it owns nothing. */
  String runtimeUri();

  /**
   * The keys of its directory, for who was given none; null when it has none.
   *
   * @throws io.holdpoint.secret.SecretException when their file was damaged
   */
  @Nullable SealingKeys sealingKeys();

  @Override
  void close();

  /**
   * Starts the server, or joins the one that another process runs on the directory.
   *
   * @throws StartException as {@link EmbeddedServer#start}, and when the other process has no
   *     server ready
   */
  static EmbeddedDatabase startOrJoin(Path dataDir) {
    try {
      return EmbeddedServer.start(dataDir);
    } catch (DataDirectory.InUse held) {
      return JoinedServer.join(dataDir, held);
    }
  }
}
