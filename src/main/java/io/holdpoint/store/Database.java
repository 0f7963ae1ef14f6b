package io.holdpoint.store;

import io.holdpoint.config.PostgresConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.util.concurrent.TimeUnit;

/**
 * How this service talks to PostgreSQL: every connection commits durably, sees only the schema
 * {@code holdpoint}, and gives up on a statement or a lock in bounded time.
 *
 * <p>Pools are apart, so that a flood of questions cannot starve heartbeats, nor either of them the
 * interrupts.
 */
public final class Database {
  static final String SCHEMA = "holdpoint";
  private static final int WORKER_CONNECTIONS = 2;
  private static final int WORKER_QUEUE = 256;

  private final Vertx vertx;
  private final PostgresConfig config;
  private final PgConnectOptions options;
  private final Pool questions;
  private final Pool work;

  /**
   * Opens nothing yet; connections come with the first statement.
   *
   * @param uri of the runtime role
   */
  public Database(Vertx vertx, PostgresConfig config, String uri) {
    this.vertx = vertx;
    this.config = config;
    options =
        PgConnectOptions.fromUri(uri)
            .setCachePreparedStatements(true)
            .addProperty("application_name", "holdpoint")
            .addProperty("search_path", SCHEMA)
            .addProperty("synchronous_commit", "on")
            .addProperty("default_transaction_isolation", "read committed")
            .addProperty("jit", "off")
            .addProperty("statement_timeout", millis(config.statementTimeout()))
            .addProperty("lock_timeout", millis(config.lockTimeout()))
            .addProperty("idle_in_transaction_session_timeout", "5000");
    questions = pool("questions", options, config.queryPool(), config.queryQueue());
    work = pool("work", options, WORKER_CONNECTIONS, WORKER_QUEUE);
  }

  private static String millis(java.time.Duration duration) {
    return Long.toString(duration.toMillis());
  }

  /** For questions and for the rare commands on instances. */
  Pool questions() {
    return questions;
  }

  /** For claims, heartbeats and settlements. */
  Pool work() {
    return work;
  }

  /**
   * A pool of one connection with the plan settings the batched statements need: a statement
   * prepared while a table is empty must not keep a sequential scan when it has grown.
   */
  Pool commandPool() {
    PgConnectOptions planned =
        new PgConnectOptions(options)
            .addProperty("plan_cache_mode", "force_generic_plan")
            .addProperty("enable_seqscan", "off");
    return pool("commands", planned, 1, 4);
  }

  private Pool pool(String name, PgConnectOptions connect, int size, int queue) {
    PoolOptions poolOptions =
        new PoolOptions()
            .setName(name)
            .setMaxSize(size)
            .setMaxWaitQueueSize(queue)
            .setConnectionTimeout((int) config.connectTimeout().toMillis())
            .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
    NetClientOptions net =
        new NetClientOptions()
            .setConnectTimeout((int) config.connectTimeout().toMillis())
            .setTcpKeepAlive(true)
            .setTcpNoDelay(true);
    return PgBuilder.pool().with(poolOptions).with(net).connectingTo(connect).using(vertx).build();
  }

  public Future<Void> close() {
    return Future.join(questions.close(), work.close()).mapEmpty();
  }
}
