package io.holdpoint;

import io.holdpoint.store.Database;
import io.holdpoint.store.ReadStore;
import io.holdpoint.store.SchemaVersion;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Whether this node should get requests: not stopping or draining, the database answers, its schema
 * is one that this build can use.
 */
final class Readiness {
  private static final long TIMEOUT_MILLIS = 1_500;

  private final ReadStore reads;
  private final BooleanSupplier draining;
  private volatile boolean open;

  Readiness(Database database, BooleanSupplier draining) {
    reads = new ReadStore(database);
    this.draining = draining;
  }

  void open() {
    open = true;
  }

  void close() {
    open = false;
  }

  /** Empty when ready; else the reason, for the operator. */
  Future<Optional<String>> check() {
    if (!open) {
      return Future.succeededFuture(Optional.of("starting or stopping"));
    }
    if (draining.getAsBoolean()) {
      return Future.succeededFuture(Optional.of("draining"));
    }
    return reads
        .schemaVersion()
        .timeout(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .map(SchemaVersion::refusal)
        .otherwise(failure -> Optional.of("the database does not answer"));
  }
}
