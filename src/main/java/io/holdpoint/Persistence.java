package io.holdpoint;

import io.holdpoint.config.HoldpointConfig;
import io.holdpoint.store.EmbeddedServer;
import io.holdpoint.store.Migrations;
import org.jspecify.annotations.Nullable;

/**
 * The database of a service: the embedded server or an outside one, at the schema of this build.
 */
final class Persistence implements AutoCloseable {
  private final @Nullable EmbeddedServer embedded;
  private final String runtimeUri;

  private Persistence(@Nullable EmbeddedServer embedded, String runtimeUri) {
    this.embedded = embedded;
    this.runtimeUri = runtimeUri;
  }

  /**
   * Starts or finds the database; migrates it when it is embedded or the configuration says so.
   *
   * @throws io.holdpoint.store.StartException with one line that says what to do
   */
  static Persistence open(HoldpointConfig config) {
    EmbeddedServer embedded =
        config.postgres().embedded() ? EmbeddedServer.start(config.dataDir()) : null;
    try {
      String runtime = embedded == null ? config.postgres().uri() : embedded.runtimeUri();
      if (config.postgres().migrateOnServe()) {
        Migrations.migrate(ownerUri(config, embedded), runtime);
      }
      Migrations.requireCurrent(runtime);
      return new Persistence(embedded, runtime);
    } catch (RuntimeException failure) {
      if (embedded != null) {
        embedded.close();
      }
      throw failure;
    }
  }

  private static String ownerUri(HoldpointConfig config, @Nullable EmbeddedServer embedded) {
    if (embedded != null) {
      return embedded.ownerUri();
    }
    String owner = config.postgres().ownerUri();
    return owner.isEmpty() ? config.postgres().uri() : owner;
  }

  /** Brings the configured database to the schema of this build, and nothing else. */
  static Migrations.Report migrate(HoldpointConfig config) {
    EmbeddedServer embedded =
        config.postgres().embedded() ? EmbeddedServer.start(config.dataDir()) : null;
    try {
      String runtime = embedded == null ? config.postgres().uri() : embedded.runtimeUri();
      return Migrations.migrate(ownerUri(config, embedded), runtime);
    } finally {
      if (embedded != null) {
        embedded.close();
      }
    }
  }

  String runtimeUri() {
    return runtimeUri;
  }

  @Override
  public void close() {
    if (embedded != null) {
      embedded.close();
    }
  }
}
