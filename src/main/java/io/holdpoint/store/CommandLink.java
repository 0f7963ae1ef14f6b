package io.holdpoint.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * The one connection that carries the batched commands, one statement in flight. After any failure
 * whose effect is unknown, and after a statement that does not answer in time, the connection is
 * given up and the next statement opens another: no later answer can be taken for an earlier one's.
 */
final class CommandLink {
  private final Vertx vertx;
  private final Database database;
  private @Nullable Pool pool;
  private @Nullable SqlConnection connection;

  CommandLink(Vertx vertx, Database database) {
    this.vertx = vertx;
    this.database = database;
  }

  /**
   * Runs one prepared statement; fails with a {@link StoreException} only.
   *
   * @param timeoutMillis after this the statement is cancelled and its outcome unknown
   */
  Future<RowSet<Row>> execute(String sql, Tuple arguments, long timeoutMillis) {
    Promise<RowSet<Row>> promise = Promise.promise();
    long timer =
        vertx.setTimer(
            Math.max(1, timeoutMillis),
            fired -> {
              if (promise.tryFail(
                  StoreException.unknown("no answer in " + timeoutMillis + " ms"))) {
                giveUp(true);
              }
            });
    connected()
        .compose(
            open -> {
              // Of this statement alone; one is in flight.
              Hearing hearing = new Hearing();
              return hearing
                  .to(open)
                  .preparedQuery(sql)
                  .execute(arguments)
                  .compose(hearing::confirmed)
                  .recover(failure -> Future.failedFuture(StoreException.of(failure)));
            })
        .onComplete(
            rows -> {
              vertx.cancelTimer(timer);
              promise.tryComplete(rows);
            },
            failure -> {
              vertx.cancelTimer(timer);
              StoreException known = StoreException.of(failure);
              if (promise.tryFail(known)
                  && (known.kind() == StoreException.Kind.UNKNOWN || known.readOnly())) {
                giveUp(false);
              }
            });
    return promise.future();
  }

  private Future<SqlConnection> connected() {
    if (connection != null) {
      return Future.succeededFuture(connection);
    }
    Pool opened = database.commandPool();
    pool = opened;
    return opened
        .getConnection()
        .compose(
            fresh -> {
              if (pool != opened) {
                // Its statement was given up meanwhile and may not be sent any more.
                return fresh
                    .close()
                    .transform(closed -> Future.failedFuture(StoreException.unknown("given up")));
              }
              connection = fresh;
              fresh.closeHandler(closed -> forget(fresh));
              return Future.succeededFuture(fresh);
            })
        .recover(
            failure -> {
              if (pool == opened) {
                giveUp(false);
              }
              return Future.failedFuture(StoreException.notSent(failure));
            });
  }

  private void forget(SqlConnection closed) {
    if (connection == closed) {
      giveUp(false);
    }
  }

  private void giveUp(boolean cancel) {
    if (cancel && connection instanceof PgConnection running) {
      // Best effort: frees the locks of a statement that is still waiting in the server.
      running.cancelRequest();
    }
    Pool old = pool;
    pool = null;
    connection = null;
    if (old != null) {
      old.close();
    }
  }

  Future<Void> close() {
    Pool old = pool;
    pool = null;
    connection = null;
    return old == null ? Future.succeededFuture() : old.close();
  }
}
