package io.holdpoint;

import io.holdpoint.store.Database;
import io.holdpoint.store.Migrations;
import io.holdpoint.store.ReadStore;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Whether this node should get requests: not stopping, the database answers, its schema is ours.
 */
final class Readiness {
  private static final long TIMEOUT_MILLIS = 1_500;

  private final ReadStore reads;
  private volatile boolean open;

  Readiness(Database database) {
    reads = new ReadStore(database);
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
    return reads
        .schemaVersion()
        .timeout(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .map(
            found ->
                found.equals(Migrations.VERSION)
                    ? Optional.<String>empty()
                    : Optional.of(
                        "the schema is at " + found + ", this build needs " + Migrations.VERSION))
        .otherwise(failure -> Optional.of("the database does not answer"));
  }
}
