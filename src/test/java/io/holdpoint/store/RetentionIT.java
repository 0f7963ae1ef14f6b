package io.holdpoint.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.StorePools;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tokens are forgotten past their retention only, oldest first, a bounded number at a time. */
@ExtendWith(DatabaseExtension.class)
class RetentionIT {
  private static final Duration WEEK = Duration.ofDays(7);
  private static StorePools pools;
  private static RetentionStore store;
  private static TestDatabase database;

  @BeforeAll
  static void open(TestDatabase fresh) {
    database = fresh;
    pools = new StorePools(fresh);
    store = new RetentionStore(pools.database());
  }

  @AfterAll
  static void close() {
    pools.close();
  }

  @BeforeEach
  void tokensOfTwentyDays() {
    database.execute(
        "TRUNCATE commands; INSERT INTO commands (account_id, client_token, fingerprint,"
            + " request_id, result, created_at) SELECT 'default', 'day-' || d, '\\x"
            + "00".repeat(16)
            + "', gen_random_uuid(), 'true', clock_timestamp() - d * interval '1 day'"
            + " FROM generate_series(0, 19) AS d");
  }

  @Test
  void tokensWithinTheRetentionStay() throws Exception {
    assertThat(purge(100)).isEqualTo(13);

    assertThat(database.rows("SELECT client_token FROM commands ORDER BY created_at DESC"))
        .extracting(row -> row.get("client_token"))
        .containsExactly("day-0", "day-1", "day-2", "day-3", "day-4", "day-5", "day-6");
  }

  @Test
  void oldestGoFirstAndNoMoreThanAsked() throws Exception {
    assertThat(purge(5)).isEqualTo(5);

    assertThat(
            database.text(
                "SELECT max(clock_timestamp() - created_at) < interval '15 days'"
                    + " FROM commands"))
        .isEqualTo("true");
  }

  @Test
  void twoPurgesAtOncePassEachOtherBy() throws Exception {
    Future<Integer> one = store.purge(WEEK, 6);
    Future<Integer> other = store.purge(WEEK, 6);

    int purged = get(one) + get(other);

    assertThat(purged).isLessThanOrEqualTo(12);
    assertThat(database.count("SELECT count(*) FROM commands")).isEqualTo(20L - purged);
  }

  /** With a volatile time it would read every token there is whenever fewer are old than asked. */
  @Test
  void theIndexIsReadUpToTheRetentionOnly() throws Exception {
    List<String> plan = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement run = connection.createStatement()) {
      run.execute("SET enable_seqscan = off; SET enable_bitmapscan = off");
      run.execute("PREPARE planned AS " + Statements.statement("purge_commands"));
      try (ResultSet rows = run.executeQuery("EXPLAIN EXECUTE planned (86400000, 5)")) {
        while (rows.next()) {
          plan.add(rows.getString(1));
        }
      }
    }
    assertThat(plan).anyMatch(line -> line.contains("Index Cond: (created_at < "));
  }

  private static int purge(int limit) throws Exception {
    return get(store.purge(WEEK, limit));
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
