package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the one of several servers that takes writes. All are asked at once: a standby says so, and
 * of two that both take writes the one with the higher timeline is right, because every promotion
 * begins a new one; the other was left behind by a fail-over and has not been told. A timeline
 * older than one that was seen before is never gone back to.
 */
final class PrimaryFinder {
  private static final Logger log = LoggerFactory.getLogger(PrimaryFinder.class);
  private static final String PRIMARY_TIMELINE = statement("primary_timeline");

  /** How long the others may still say that they know better, once one takes writes. */
  private static final long GRACE_MILLIS = 250;

  private final List<PgConnectOptions> servers;
  private final Function<PgConnectOptions, Future<Long>> timeline;
  private final LongFunction<Future<Void>> pause;
  private long newest;
  private boolean disputed;
  private @Nullable Future<PgConnectOptions> search;
  private @Nullable String last;

  /**
   * @param timeline of a server that takes writes; fails, in bounded time, when it does not
   * @param pause a future that completes after so many milliseconds
   */
  PrimaryFinder(
      List<PgConnectOptions> servers,
      Function<PgConnectOptions, Future<Long>> timeline,
      LongFunction<Future<Void>> pause) {
    this.servers = List.copyOf(servers);
    this.timeline = timeline;
    this.pause = pause;
  }

  /**
   * Asks over a connection of its own each time.
   *
   * @param net has a bound on the time to connect
   * @param millis for the answer
   */
  static PrimaryFinder over(
      Vertx vertx, List<PgConnectOptions> servers, NetClientOptions net, long millis) {
    return new PrimaryFinder(
        servers,
        server -> ask(vertx, server, net, millis),
        grace -> vertx.timer(grace, TimeUnit.MILLISECONDS).mapEmpty());
  }

  /** The primary as it is now; fails with a {@link StoreException} when no server is one. */
  synchronized Future<PgConnectOptions> find() {
    Future<PgConnectOptions> running = search;
    if (running != null) {
      return running;
    }
    Search fresh = new Search();
    Future<PgConnectOptions> found = fresh.found.future();
    search = found;
    found.onComplete(ended -> forget());
    fresh.begin();
    return found;
  }

  private synchronized void forget() {
    search = null;
  }

  private static Future<Long> ask(
      Vertx vertx, PgConnectOptions server, NetClientOptions net, long millis) {
    Pool one =
        PgBuilder.pool()
            .with(new PoolOptions().setMaxSize(1))
            .with(net)
            .connectingTo(server)
            .using(vertx)
            .build();
    return one.query(PRIMARY_TIMELINE)
        .execute()
        .timeout(net.getConnectTimeout() + millis, TimeUnit.MILLISECONDS)
        .compose(PrimaryFinder::read)
        .onComplete(asked -> one.close());
  }

  private static Future<Long> read(RowSet<Row> rows) {
    Long timeline = rows.iterator().next().getLong("timeline");
    return timeline == null
        ? Future.failedFuture(StoreException.notSent("it is a standby"))
        : Future.succeededFuture(timeline);
  }

  /** One question to all. */
  private final class Search {
    private final Promise<PgConnectOptions> found = Promise.promise();
    private final TreeMap<Long, PgConnectOptions> primaries = new TreeMap<>();
    private final StringBuilder reasons = new StringBuilder();
    private int left = servers.size();

    void begin() {
      for (PgConnectOptions server : servers) {
        timeline
            .apply(server)
            .onSuccess(value -> primary(server, value))
            .onFailure(failure -> without(server, String.valueOf(failure.getMessage())));
      }
    }

    private void primary(PgConnectOptions server, long value) {
      synchronized (PrimaryFinder.this) {
        if (primaries.isEmpty()) {
          pause.apply(GRACE_MILLIS).onComplete(over -> decide());
        }
        primaries.putIfAbsent(value, server);
        answered();
      }
    }

    private void without(PgConnectOptions server, String why) {
      synchronized (PrimaryFinder.this) {
        reasons.append("; ").append(PostgresUri.address(server)).append(": ").append(why);
        answered();
      }
    }

    private void answered() {
      left--;
      if (left == 0) {
        decide();
      }
    }

    private void decide() {
      synchronized (PrimaryFinder.this) {
        if (!found.future().isComplete()) {
          choose();
        }
      }
    }

    private void choose() {
      if (primaries.isEmpty()) {
        found.fail(StoreException.notSent("no server takes writes" + reasons));
        return;
      }
      PgConnectOptions best = primaries.lastEntry().getValue();
      if (accept(PostgresUri.address(best), primaries.lastKey(), primaries.size())) {
        found.complete(best);
      } else {
        found.fail(
            StoreException.notSent(
                PostgresUri.address(best)
                    + " takes writes on timeline "
                    + primaries.lastKey()
                    + ", left behind by "
                    + newest
                    + reasons));
      }
    }
  }

  private synchronized boolean accept(String address, long value, int claimants) {
    if (value < newest) {
      return false;
    }
    if (claimants > 1 && !disputed) {
      log.atError()
          .addKeyValue("primary", address)
          .addKeyValue("timeline", value)
          .log("two servers take writes; stop the one with the older timeline and rebuild it");
    }
    if (!address.equals(last)) {
      log.atInfo()
          .addKeyValue("primary", address)
          .addKeyValue("timeline", value)
          .log(last == null ? "the primary was found" : "another server is the primary now");
    }
    disputed = claimants > 1;
    newest = value;
    last = address;
    return true;
  }
}
