package io.holdpoint.testkit;

import static io.holdpoint.testkit.StoreSession.await;

import io.holdpoint.config.HoldpointConfig;
import io.holdpoint.store.Database;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;

/** The service's pools over a test's database, with its runtime role and a Vert.x of their own. */
public final class StorePools implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final Database database;

  public StorePools(TestDatabase database) {
    this(database, Map.of());
  }

  private StorePools(TestDatabase database, Map<String, String> environment) {
    Map<String, String> effective = new HashMap<>(environment);
    effective.put("HOLDPOINT_POSTGRES_URI", database.runtimeUri());
    HoldpointConfig config = HoldpointConfig.load(null, effective);
    this.database = new Database(vertx, config.postgres(), database.runtimeUri());
  }

  /** Pools that wait long for a lock, for a test that holds it. */
  public static StorePools patient(TestDatabase database) {
    Map<String, String> patience =
        Map.of(
            "HOLDPOINT_POSTGRES_LOCK_TIMEOUT", "15s",
            "HOLDPOINT_POSTGRES_STATEMENT_TIMEOUT", "15s",
            "HOLDPOINT_COMMANDS_DEADLINE", "30s");
    return new StorePools(database, patience);
  }

  public Vertx vertx() {
    return vertx;
  }

  public Database database() {
    return database;
  }

  @Override
  public void close() {
    await(database.close());
    await(vertx.close());
  }
}
