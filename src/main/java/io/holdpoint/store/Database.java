package io.holdpoint.store;

import io.holdpoint.config.PostgresConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How this service talks to PostgreSQL: every connection commits durably, sees only the schema
 * {@code holdpoint}, and gives up on a statement or a lock in bounded time.
 *
 * <p>Pools are apart, so that a flood of questions cannot starve heartbeats, nor either of them the
 * interrupts and what they need: the caller's key.
 */
public final class Database {
  static final String SCHEMA = "holdpoint";
  private static final int WORKER_CONNECTIONS = 2;
  private static final int WORKER_QUEUE = 256;

  /** One works, the other takes over while the first is silent. */
  private static final int KEY_CONNECTIONS = 2;

  private static final int SMALL_QUEUE = 4;

  private static final int DELIVERY_CONNECTIONS = 2;

  /** One statement for each webhook that is sent to, and as many that are given back. */
  private static final int DELIVERY_QUEUE = 512;

  /** On a fresh connection a statement takes two round trips, one of them to prepare it. */
  private static final int ONE_STATEMENT = 2;

  /** What a worker reads for one step: its nodes, its change, the steps around. */
  private static final int STEP = 3 * ONE_STATEMENT;

  /**
   * The longest work, a redelivery of dead letters: the nonce, the token, and three statements of
   * its own, then the token's and the nonce's answers, with the transaction's two ends, which need
   * no preparing.
   */
  private static final int REMEMBERED_COMMAND = 7 * ONE_STATEMENT + 2;

  private static final int LONGEST_STATEMENT = 65_536;

  private static final int UNACKNOWLEDGED_MILLIS = 5_000;

  /** What has piled up while nobody published has to go in one statement. */
  private static final long STREAM_MILLIS = 60_000;

  private final Vertx vertx;
  private final PostgresConfig config;
  private final PgConnectOptions planned;
  private final @Nullable PrimaryFinder primary;
  private final WatchedPool questions;
  private final WatchedPool work;
  private final WatchedPool keys;
  private final WatchedPool audit;
  private final WatchedPool stream;
  private final WatchedPool deliveries;

  /**
   * Opens nothing yet; connections come with the first statement.
   *
   * @param uri of the runtime role; with several servers every connection goes to the primary
   */
  public Database(Vertx vertx, PostgresConfig config, String uri) {
    this.vertx = vertx;
    this.config = config;
    PostgresUri servers = PostgresUri.parse(uri);
    primary =
        servers.servers().size() == 1
            ? null
            : PrimaryFinder.over(
                vertx, servers.servers(), net(), config.statementTimeout().toMillis());
    PgConnectOptions options = bounded(durable(uri));
    planned = bounded(commandOptions(uri));
    questions =
        watched("questions", options, config.queryPool(), config.queryQueue(), REMEMBERED_COMMAND);
    work = watched("work", planned, WORKER_CONNECTIONS, WORKER_QUEUE, STEP);
    keys = watched("keys", planned, KEY_CONNECTIONS, SMALL_QUEUE, ONE_STATEMENT);
    audit = watched("audit", planned, 1, SMALL_QUEUE, ONE_STATEMENT);
    deliveries = watched("webhooks", planned, DELIVERY_CONNECTIONS, DELIVERY_QUEUE, ONE_STATEMENT);
    PgConnectOptions patient =
        bounded(commandOptions(uri)).addProperty("statement_timeout", Long.toString(STREAM_MILLIS));
    stream =
        new WatchedPool(
            vertx,
            () -> pool("stream", patient, 1, SMALL_QUEUE),
            STREAM_MILLIS + config.connectTimeout().toMillis());
  }

  /**
   * How the statements of commands are to be run, without their bounds on time; for whoever sends
   * them alone to compare.
   */
  public static PgConnectOptions commandOptions(String uri) {
    // A statement prepared while a table is empty must not keep a sequential scan when it has
    // grown.
    return durable(uri)
        .addProperty("plan_cache_mode", "force_generic_plan")
        .addProperty("enable_seqscan", "off");
  }

  private static PgConnectOptions durable(String uri) {
    return new PgConnectOptions(PostgresUri.parse(uri).servers().get(0))
        .setCachePreparedStatements(true)
        // The client's own limit is 2048 characters; what is longer it prepares every time.
        .setPreparedStatementCacheSqlLimit(LONGEST_STATEMENT)
        .addProperty("application_name", "holdpoint")
        .addProperty("search_path", SCHEMA)
        .addProperty("synchronous_commit", "on")
        .addProperty("default_transaction_isolation", "read committed")
        .addProperty("jit", "off");
  }

  private PgConnectOptions bounded(PgConnectOptions options) {
    return options
        .addProperty("statement_timeout", millis(config.statementTimeout()))
        .addProperty("lock_timeout", millis(config.lockTimeout()))
        .addProperty("idle_in_transaction_session_timeout", "5000");
  }

  private static String millis(java.time.Duration duration) {
    return Long.toString(duration.toMillis());
  }

  /** For questions and for the rare commands on instances. */
  WatchedPool questions() {
    return questions;
  }

  /** For claims, heartbeats and settlements. */
  WatchedPool work() {
    return work;
  }

  /** For looking up who calls; works of one statement. */
  WatchedPool keys() {
    return keys;
  }

  /** For writing the audit trail; works of one statement. */
  WatchedPool audit() {
    return audit;
  }

  /** For giving events their positions; works of one statement, which may take long. */
  WatchedPool stream() {
    return stream;
  }

  /** For claiming webhooks and recording deliveries; works of one statement. */
  WatchedPool deliveries() {
    return deliveries;
  }

  /** A pool of one connection, for one task manager's batches. */
  Pool commandPool() {
    return pool("commands", planned, 1, 4);
  }

  /**
   * @param roundTrips how many a work has at most, each as long as a statement may take
   */
  private WatchedPool watched(
      String name, PgConnectOptions connect, int size, int queue, int roundTrips) {
    long answered =
        config.connectTimeout().plus(config.statementTimeout().multipliedBy(roundTrips)).toMillis();
    return new WatchedPool(vertx, () -> pool(name, connect, size, queue), answered);
  }

  private Pool pool(String name, PgConnectOptions connect, int size, int queue) {
    PoolOptions poolOptions =
        new PoolOptions()
            .setName(name)
            .setMaxSize(size)
            .setMaxWaitQueueSize(queue)
            .setConnectionTimeout((int) config.connectTimeout().toMillis())
            .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
    var builder = PgBuilder.pool().with(poolOptions).with(net()).using(vertx);
    return primary == null
        ? builder.connectingTo(connect).build()
        : builder.connectingTo(() -> primary.find().map(server -> at(server, connect))).build();
  }

  private NetClientOptions net() {
    return new NetClientOptions()
        .setConnectTimeout((int) config.connectTimeout().toMillis())
        .setTcpKeepAlive(true)
        // Else a partition keeps a dead connection for a quarter of an hour.
        .setTcpUserTimeout(UNACKNOWLEDGED_MILLIS)
        .setTcpNoDelay(true);
  }

  private static SqlConnectOptions at(PgConnectOptions server, PgConnectOptions connect) {
    return new PgConnectOptions(connect).setHost(server.getHost()).setPort(server.getPort());
  }

  public Future<Void> close() {
    return Future.join(
            Stream.of(questions, work, keys, audit, stream, deliveries)
                .map(WatchedPool::close)
                .toList())
        .mapEmpty();
  }
}
