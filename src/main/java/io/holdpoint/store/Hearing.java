package io.holdpoint.store;

import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgNotice;
import io.vertx.sqlclient.SqlConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server says about a work beside its answer. A warning means that a success is none yet:
 * when the wait for a synchronous standby is cancelled, the commit is reported with a warning only
 * (PostgreSQL, {@code SyncRepWaitForLSN}), and a fail-over may lose it.
 */
final class Hearing {
  private static final Logger log = LoggerFactory.getLogger(Hearing.class);

  /** SQLSTATE class of warnings; none of our statements earns one of its own. */
  private static final String WARNINGS = "01";

  private volatile @Nullable String warning;
  private volatile @Nullable PgConnection connection;

  /** Listens from now on, instead of whoever listened to {@code used} before. */
  SqlConnection to(SqlConnection used) {
    // What breaks a connection fails its statement too; without this it is also printed.
    used.exceptionHandler(
        failure -> log.atDebug().log("a database connection failed: " + failure.getMessage()));
    if (used instanceof PgConnection postgres) {
      connection = postgres;
      postgres.noticeHandler(this::heard);
    }
    return used;
  }

  private void heard(PgNotice notice) {
    if (notice.getCode().startsWith(WARNINGS)) {
      log.atWarn().log("the database warns: " + notice.getMessage());
      warning = notice.getMessage();
    }
  }

  /** {@code result}, unless there was a warning: then whether it lasts is unknown. */
  <T> Future<T> confirmed(T result) {
    String heard = warning;
    return heard == null
        ? Future.succeededFuture(result)
        : Future.failedFuture(StoreException.unknown(heard));
  }

  /** Best effort: frees the locks of a statement that is still waiting in the server. */
  void cancel() {
    PgConnection running = connection;
    if (running != null) {
      running.cancelRequest();
    }
  }
}
