package io.holdpoint.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool whose connections may fall silent without being closed. Work that gets no answer for too
 * long fails, and the whole pool is given up for a fresh one: closing one connection would not do,
 * because the client then waits for the server to close it. So it is when the server has become a
 * standby.
 */
final class WatchedPool {
  private static final Logger log = LoggerFactory.getLogger(WatchedPool.class);

  private final Vertx vertx;
  private final Supplier<Pool> opener;
  private final long silentMillis;
  private Pool pool;
  private boolean closed;

  /**
   * @param silentMillis longer than the wait for a connection and all statements of one work
   */
  WatchedPool(Vertx vertx, Supplier<Pool> opener, long silentMillis) {
    this.vertx = vertx;
    this.opener = opener;
    this.silentMillis = silentMillis;
    pool = opener.get();
  }

  <T> Future<T> withConnection(Function<SqlConnection, Future<T>> work) {
    return watched((used, heard) -> used.withConnection(heard.andThen(work)));
  }

  <T> Future<T> withTransaction(Function<SqlConnection, Future<T>> work) {
    return watched((used, heard) -> used.withTransaction(heard.andThen(work)));
  }

  private <T> Future<T> watched(
      BiFunction<Pool, Function<SqlConnection, SqlConnection>, Future<T>> work) {
    Pool used = current();
    Hearing hearing = new Hearing();
    Promise<T> promise = Promise.promise();
    long timer =
        vertx.setTimer(
            silentMillis,
            fired -> {
              if (promise.tryFail(StoreException.unknown("no answer in " + silentMillis + " ms"))) {
                hearing.cancel();
                giveUp(used, "the database fell silent, its connections are replaced");
              }
            });
    work.apply(used, hearing::to)
        .compose(hearing::confirmed)
        .onComplete(
            ended -> {
              vertx.cancelTimer(timer);
              if (ended.succeeded()) {
                promise.tryComplete(ended.result());
                return;
              }
              if (StoreException.of(ended.cause()).readOnly()) {
                giveUp(used, "the database takes no writes, its connections are replaced");
              }
              promise.tryFail(ended.cause());
            });
    return promise.future();
  }

  private synchronized Pool current() {
    return pool;
  }

  private synchronized void giveUp(Pool useless, String why) {
    if (pool == useless && !closed) {
      log.atWarn().log(why);
      pool = opener.get();
      useless.close();
    }
  }

  synchronized Future<Void> close() {
    closed = true;
    return pool.close();
  }
}
