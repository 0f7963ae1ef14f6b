package io.holdpoint.store;

import static io.holdpoint.testkit.StoreSession.await;

import io.holdpoint.auth.AccessKey;
import io.holdpoint.config.HoldpointConfig;
import io.holdpoint.secret.Sealer;
import io.holdpoint.secret.SealingKeys;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Registers and stores of access keys over one connection, with sealing keys and a time of its own.
 */
final class AccessKeySession implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-05-27T11:53:43.104Z");
  static final String SEALING_KEY = SealingKeys.generate();
  static final Sealer SEALER = sealer(SEALING_KEY);

  private final Vertx vertx = Vertx.vertx();
  private final Database database;
  private final AtomicLong nanos = new AtomicLong();

  AccessKeySession(String uri) {
    Map<String, String> patience =
        Map.of(
            "HOLDPOINT_POSTGRES_URI", uri,
            "HOLDPOINT_POSTGRES_CONNECT_TIMEOUT", "15s",
            "HOLDPOINT_POSTGRES_STATEMENT_TIMEOUT", "15s",
            "HOLDPOINT_COMMANDS_DEADLINE", "30s");
    HoldpointConfig config = HoldpointConfig.load(null, patience);
    database = new Database(vertx, config.postgres(), uri);
  }

  static Sealer sealer(String... keys) {
    return new Sealer(SealingKeys.parse(String.join("", keys), "a test"));
  }

  /** All text of all tables, as a dump would show it. */
  static String dump(TestDatabase rows) {
    StringBuilder all = new StringBuilder();
    for (Map<String, Object> table :
        rows.rows(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'holdpoint' ORDER BY tablename")) {
      all.append(
          rows.text(
              "SELECT coalesce(string_agg(t::text, ' '), '') FROM "
                  + table.get("tablename")
                  + " t"));
    }
    return all.toString();
  }

  Database database() {
    return database;
  }

  AccessKeyRegister register() {
    return register(SEALER);
  }

  AccessKeyRegister register(@Nullable Sealer sealer) {
    return new AccessKeyRegister(database, sealer, operator());
  }

  static AccessKeyRegister.Operator operator() {
    return new AccessKeyRegister.Operator(
        "local user alice", "command line", Clock.fixed(NOW, ZoneOffset.UTC));
  }

  AccessKeyStore store() {
    return store(SEALER);
  }

  AccessKeyStore store(@Nullable Sealer sealer) {
    return new AccessKeyStore(vertx, database, sealer, nanos::get);
  }

  void pass(long millis) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /** What is known of a key in the end: on a busy machine a second may not do for an answer. */
  static Optional<AccessKey> find(AccessKeyStore store, String keyId) {
    AtomicReference<Optional<AccessKey>> found = new AtomicReference<>();
    Await.until(
        Duration.ofSeconds(20),
        "an answer about " + keyId,
        () -> {
          try {
            found.set(store.find(keyId).toCompletableFuture().join());
            return true;
          } catch (CompletionException failed) {
            return false;
          }
        });
    return found.get();
  }

  @Override
  public void close() {
    await(database.close());
    await(vertx.close());
  }
}
