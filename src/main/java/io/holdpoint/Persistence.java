package io.holdpoint;

import io.holdpoint.config.HoldpointConfig;
import io.holdpoint.config.SecretConfig;
import io.holdpoint.secret.Sealer;
import io.holdpoint.secret.SealingKeys;
import io.holdpoint.secret.SecretException;
import io.holdpoint.store.EmbeddedDatabase;
import io.holdpoint.store.EmbeddedServer;
import io.holdpoint.store.Migrations;
import io.holdpoint.store.StartException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The database of a service: the embedded server or an outside one, at the schema of this build.
 */
final class Persistence implements AutoCloseable {
  private final @Nullable EmbeddedDatabase embedded;
  private final String uri;
  private final @Nullable Sealer sealer;

  private Persistence(@Nullable EmbeddedDatabase embedded, String uri, @Nullable Sealer sealer) {
    this.embedded = embedded;
    this.uri = uri;
    this.sealer = sealer;
  }

  /**
   * Starts or finds the database; migrates it when it is embedded or the configuration says so.
   *
   * @throws io.holdpoint.store.StartException with one line that says what to do
   */
  static Persistence open(HoldpointConfig config) {
    SealingKeys given = given(config.secret());
    EmbeddedServer embedded =
        config.postgres().embedded() ? EmbeddedServer.start(config.dataDir()) : null;
    return orClosed(
        embedded,
        () -> {
          String runtime = embedded == null ? config.postgres().uri() : embedded.runtimeUri();
          if (config.postgres().migrateOnServe()) {
            Migrations.migrate(ownerUri(config, embedded), runtime);
          }
          Migrations.requireUsable(runtime);
          return new Persistence(embedded, runtime, sealer(given, embedded));
        });
  }

  /**
   * The same database for somebody who manages it, with the owner's login where there is one;
   * beside a service that runs, also where that has the embedded server. An outside database is not
   * migrated.
   *
   * @throws io.holdpoint.store.StartException with one line that says what to do
   */
  static Persistence join(HoldpointConfig config) {
    SealingKeys given = given(config.secret());
    EmbeddedDatabase embedded =
        config.postgres().embedded() ? EmbeddedDatabase.startOrJoin(config.dataDir()) : null;
    return orClosed(
        embedded,
        () -> {
          String owner = ownerUri(config, embedded);
          if (embedded instanceof EmbeddedServer own && config.postgres().migrateOnServe()) {
            Migrations.migrate(owner, own.runtimeUri());
          }
          Migrations.requireUsable(owner);
          return new Persistence(embedded, owner, sealer(given, embedded));
        });
  }

  private static Persistence orClosed(
      @Nullable EmbeddedDatabase embedded, Supplier<Persistence> opening) {
    try {
      return opening.get();
    } catch (RuntimeException failure) {
      if (embedded != null) {
        embedded.close();
      }
      throw failure instanceof SecretException wrong ? start(wrong) : failure;
    }
  }

  private static @Nullable Sealer sealer(
      @Nullable SealingKeys given, @Nullable EmbeddedDatabase embedded) {
    SealingKeys keys = given == null && embedded != null ? embedded.sealingKeys() : given;
    return keys == null ? null : new Sealer(keys);
  }

  private static @Nullable SealingKeys given(SecretConfig config) {
    try {
      if (!config.keyFile().isEmpty()) {
        return SealingKeys.read(Path.of(config.keyFile()));
      }
      return config.key().isEmpty()
          ? null
          : SealingKeys.parse(config.key(), "secret.key (HOLDPOINT_SECRET_KEY)");
    } catch (SecretException wrong) {
      throw start(wrong);
    }
  }

  private static StartException start(SecretException wrong) {
    return new StartException(String.valueOf(wrong.getMessage()));
  }

  private static String ownerUri(HoldpointConfig config, @Nullable EmbeddedDatabase embedded) {
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

  /** Of the runtime role after {@link #open}, of the owner after {@link #join}. */
  String uri() {
    return uri;
  }

  /** Seals and opens secrets; null when no keys were given for an outside database. */
  @Nullable Sealer sealer() {
    return sealer;
  }

  @Override
  public void close() {
    if (embedded != null) {
      embedded.close();
    }
  }
}
