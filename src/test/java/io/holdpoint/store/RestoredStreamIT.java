package io.holdpoint.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.LogicalCopy;
import io.holdpoint.testkit.Parallel;
import io.holdpoint.testkit.PreviousBuild;
import io.holdpoint.testkit.StoppablePostgres;
import io.holdpoint.testkit.StorePools;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A database whose rows were brought to another server: every event has one position there, in each
 * task's order, wherever the new server's transactions are.
 */
class RestoredStreamIT {
  private static final UUID TASK = new UUID(0, 1);
  private static final UUID OTHER = new UUID(0, 2);
  private static final UUID SLOW = new UUID(0, 3);
  private static final UUID LATE = new UUID(0, 4);
  private static final int FAR = 400;

  /** Where the transactions of the new server are, against those that wrote the events. */
  enum Place {
    BEHIND,
    AMONG,
    AHEAD
  }

  private static StoppablePostgres oldServer;
  private static StoppablePostgres newServer;
  private static TestDatabase old;
  private static TestDatabase fresh;
  private static StorePools oldPools;
  private static StorePools freshPools;
  private String seen = StreamStore.NOTHING_SEEN;

  @BeforeAll
  static void open(@TempDir Path one, @TempDir Path two) {
    oldServer = new StoppablePostgres(one);
    newServer = new StoppablePostgres(two);
    old = oldServer.database();
    fresh = newServer.database();
    oldPools = new StorePools(old);
    freshPools = new StorePools(fresh);
  }

  @AfterAll
  static void close() {
    oldPools.close();
    freshPools.close();
    oldServer.close();
    newServer.close();
  }

  @BeforeEach
  void nothingIsThere() throws Exception {
    old.execute("TRUNCATE events, streams, stream_entries");
    publish(oldPools);
  }

  @ParameterizedTest
  @EnumSource
  void everyEventHasOnePositionInTheOrderOfItsTask(Place place) throws Exception {
    historyOnTheOldServer(place);
    LogicalCopy.of(old).into(fresh);
    List<Map<String, Object>> given = fresh.rows("SELECT * FROM stream_entries ORDER BY position");

    fresh.execute(event(TASK, 4));
    try (Connection slow = begin()) {
      insert(slow, SLOW, 1);
      publish(freshPools);
      fresh.execute(event(OTHER, 3));
      publish(freshPools);
      slow.commit();
    }
    publish(freshPools);
    assertEveryEventHasOnePosition(fresh);
    passTheOldServer();

    assertEveryEventHasOnePosition(fresh);
    assertThat(fresh.rows("SELECT * FROM stream_entries WHERE position <= 3 ORDER BY position"))
        .isEqualTo(given);
  }

  /** What an earlier adoption has seen names transactions of two servers. */
  @Test
  void aCopyOfACopyIsAsGood() throws Exception {
    historyOnTheOldServer(Place.AMONG);
    LogicalCopy.of(old).into(fresh);
    publish(freshPools);
    fresh.execute(event(TASK, 4));
    publish(freshPools);
    fresh.execute(event(OTHER, 3));

    LogicalCopy.of(fresh).into(old);
    old.execute(event(LATE, 1));
    publish(oldPools);

    assertEveryEventHasOnePosition(old);
  }

  /** Its transactions are the right ones, but rows that were brought before are among them. */
  @Test
  void aCopyOnTheSameServerIsOneToo() throws Exception {
    historyOnTheOldServer(Place.BEHIND);
    LogicalCopy.of(old).into(fresh);
    publish(freshPools);
    fresh.execute(event(TASK, 4));

    LogicalCopy.of(fresh).into(fresh);
    fresh.execute(event(TASK, 5));
    publish(freshPools);

    assertEveryEventHasOnePosition(fresh);
  }

  @Test
  void aServerThatDoesNotSayWhoItIsIsFoundOutToo() throws Exception {
    fresh.execute("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC");
    try {
      historyOnTheOldServer(Place.BEHIND);
      LogicalCopy.of(old).into(fresh);
      fresh.execute(event(TASK, 4));
      publish(freshPools);
      assertThat(fresh.text("SELECT mark FROM stream_server")).startsWith("- ");
      fresh.execute(event(TASK, 5));
      assertThat(publish(freshPools).adopted()).isFalse();

      assertEveryEventHasOnePosition(fresh);
    } finally {
      fresh.execute("GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC");
    }
  }

  /** As the migration leaves it that finds a database which was brought, and published in since. */
  @Test
  void whereNobodyKnowsWhatWasPublishedEveryEventIsLookedAt() throws Exception {
    historyOnTheOldServer(Place.AHEAD);
    LogicalCopy.of(old).into(fresh);
    fresh.execute(event(TASK, 4));
    fresh.execute("UPDATE stream_publisher SET seen = pg_current_snapshot(), publications = -1");
    fresh.execute("UPDATE stream_server SET mark = ''");

    publish(freshPools);

    assertEveryEventHasOnePosition(fresh);
  }

  @Test
  void ofTwoThatFindTheCopyOneAdoptsIt() throws Exception {
    historyOnTheOldServer(Place.BEHIND);
    LogicalCopy.of(old).into(fresh);
    List<StreamStore.Published> published = Collections.synchronizedList(new ArrayList<>());
    try (StorePools one = StorePools.patient(fresh);
        StorePools two = StorePools.patient(fresh);
        Connection holder = begin()) {
      holder.createStatement().execute("SELECT FROM stream_publisher FOR UPDATE");
      List<Runnable> parties = new ArrayList<>();
      for (StorePools pools : List.of(one, two)) {
        StreamStore store = new StreamStore(pools.database());
        parties.add(() -> published.add(adopt(store)));
      }
      parties.add(() -> releaseWhenBothWait(holder));
      Parallel.run(parties);
    }

    assertThat(published)
        .extracting(StreamStore.Published::adopted)
        .containsExactlyInAnyOrder(true, false);
    assertEveryEventHasOnePosition(fresh);
  }

  private static StreamStore.Published adopt(StreamStore store) {
    try {
      return get(store.publish(StreamStore.NOTHING_SEEN));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void releaseWhenBothWait(Connection holder) {
    String waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            + " AND datname = current_database()";
    Await.until(Duration.ofSeconds(10), "both wait", () -> fresh.count(waiting) == 2);
    try {
      holder.commit();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anOlderBuildPublishesNothingWhereSomethingWasBrought() throws Exception {
    historyOnTheOldServer(Place.BEHIND);
    LogicalCopy.of(old).into(fresh);
    fresh.execute(event(TASK, 4));
    publishAsAnOlderBuild();
    assertThat(fresh.count("SELECT count(*) FROM stream_entries")).isEqualTo(3);

    publish(freshPools);
    fresh.execute(event(TASK, 5));
    publishAsAnOlderBuild();
    assertThat(fresh.count("SELECT count(*) FROM stream_entries")).isEqualTo(6);
    publish(freshPools);

    assertEveryEventHasOnePosition(fresh);
  }

  private static void publishAsAnOlderBuild() {
    String now = fresh.text("SELECT seen FROM stream_publisher");
    String older = PreviousBuild.statements().get("publish_stream").replace("$1", "'" + now + "'");
    assertThat(fresh.rows(older)).hasSize(1);
  }

  /** A receiver drops what it knows by its id; the next positions may be other events now. */
  @Test
  void messagesOfWebhooksGetOtherIdsAndNobodyGoesOnWithTheOldOnes() throws Exception {
    String webhook =
        "INSERT INTO webhooks (account_id, name, webhook_id, slot, url, sealed, key_id, position,"
            + " due_at, leased_by, epoch) VALUES ('default', 'pager', '%1$s', 1, 'https://a', '', 'k',"
            + " 2, now() + interval '1 hour', '%1$s', 7)";
    old.execute(webhook.formatted(TASK));
    try {
      historyOnTheOldServer(Place.BEHIND);
      LogicalCopy.of(old).into(fresh);
      publish(freshPools);

      assertThat(
              fresh.count(
                  "SELECT count(*) FROM webhooks WHERE webhook_id <> '%s' AND position = 2"
                          .formatted(TASK)
                      + " AND epoch = 8 AND leased_by IS NULL AND due_at <= clock_timestamp()"))
          .isEqualTo(1);
    } finally {
      old.execute("TRUNCATE webhooks CASCADE");
    }
  }

  @Test
  void whatOnlyWritesRowsAnewOrFreezesThemIsNoCopy() throws Exception {
    fresh.execute("VACUUM (FULL, FREEZE) stream_server");

    assertThat(publish(freshPools).adopted()).isFalse();
  }

  /** Three events with positions, two without. */
  private void historyOnTheOldServer(Place place) throws Exception {
    raise(old, next(fresh) + FAR);
    old.execute(event(TASK, 1));
    long first = next(old);
    raise(old, first + FAR);
    old.execute(event(TASK, 2));
    old.execute(event(OTHER, 1));
    publish(oldPools);
    old.execute(event(TASK, 3));
    raise(old, next(old) + FAR);
    old.execute(event(OTHER, 2));
    if (place != Place.BEHIND) {
      raise(fresh, place == Place.AMONG ? first + FAR / 2 : next(old) + FAR);
    }
  }

  /** Until no transaction of the new server has a number that the old one may have used. */
  private void passTheOldServer() throws Exception {
    long last = next(old);
    int sequence = 0;
    do {
      raise(fresh, next(fresh) + FAR / 4);
      sequence++;
      fresh.execute(event(LATE, sequence));
      publish(freshPools);
    } while (next(fresh) < last);
  }

  private static void assertEveryEventHasOnePosition(TestDatabase database) {
    long events = database.count("SELECT count(*) FROM events");
    assertThat(
            database.rows(
                "SELECT e.task_id, e.sequence, count(s.position) AS positions FROM events e"
                    + " LEFT JOIN stream_entries s USING (account_id, task_id, sequence)"
                    + " GROUP BY 1, 2 HAVING count(s.position) <> 1 ORDER BY 1, 2"))
        .isEmpty();
    assertThat(database.count("SELECT position FROM streams")).isEqualTo(events);
    assertThat(database.count("SELECT max(position) FROM stream_entries")).isEqualTo(events);
    assertThat(
            database.count(
                "SELECT count(*) FROM (SELECT sequence - lag(sequence, 1, 0::bigint) OVER (PARTITION"
                    + " BY task_id ORDER BY position) AS step FROM stream_entries) s WHERE step <> 1"))
        .isZero();
  }

  /** As a node does: what it learns it names the next time. */
  private StreamStore.Published publish(StorePools pools) throws Exception {
    StreamStore store = new StreamStore(pools.database());
    seen = get(store.publish(seen)).seen();
    StreamStore.Published published = get(store.publish(seen));
    seen = published.seen();
    return published;
  }

  private static long next(TestDatabase database) {
    return database.count("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint");
  }

  /** Uses up transaction numbers until the next one is at least this. */
  private static void raise(TestDatabase database, long until) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET synchronous_commit = off");
      statement.execute(
          "DO $$ BEGIN FOR i IN 1.."
              + Math.max(0, until - next(database))
              + " LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$");
    }
  }

  private static Connection begin() throws SQLException {
    Connection connection = fresh.connect();
    connection.setAutoCommit(false);
    return connection;
  }

  private static void insert(Connection connection, UUID task, int sequence) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(event(task, sequence));
    }
  }

  private static String event(UUID task, int sequence) {
    return "INSERT INTO events (account_id, task_id, sequence, instance_id, kind, epoch, in_flight)"
        + " VALUES ('default', '%s', %d, 'ls-cn-1', 'step-done', 1, 0)".formatted(task, sequence);
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
