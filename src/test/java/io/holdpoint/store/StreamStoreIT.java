package io.holdpoint.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.Answer;
import io.holdpoint.task.Query;
import io.holdpoint.task.StreamEnd;
import io.holdpoint.task.StreamEntry;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.Parallel;
import io.holdpoint.testkit.PreviousBuild;
import io.holdpoint.testkit.StorePools;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Positions are given once, without a gap, in each task's order, and to what commits late too. */
@ExtendWith(DatabaseExtension.class)
class StreamStoreIT {
  private static final UUID TASK = UUID.randomUUID();
  private static final UUID OTHER = UUID.randomUUID();

  private static StorePools pools;
  private static StreamStore store;
  private static TestDatabase database;
  private String seen;

  @BeforeAll
  static void open(TestDatabase fresh) {
    database = fresh;
    pools = new StorePools(fresh);
    store = new StreamStore(pools.database());
  }

  @AfterAll
  static void close() {
    pools.close();
  }

  @BeforeEach
  void nothingIsPublished() throws Exception {
    database.execute("TRUNCATE events, streams, stream_entries");
    StreamStore.Published published = get(store.publish(StreamStore.NOTHING_SEEN));
    // A database made from a template is a copy of its files.
    assertThat(published.adopted()).isFalse();
    seen = published.seen();
  }

  @Test
  void whatCommitsLateComesLaterAndIsNotSkipped() throws Exception {
    try (Connection slow = begin()) {
      insert(slow, "default", OTHER, 1);
      database.execute(event("default", TASK, 1));
      assertThat(publish()).containsExactly(new StreamEnd("default", 1));

      database.execute(event("default", TASK, 2));
      assertThat(publish()).containsExactly(new StreamEnd("default", 2));
      slow.commit();
    }
    assertThat(publish()).containsExactly(new StreamEnd("default", 3));

    assertThat(read("default", 0))
        .containsExactly("1 " + TASK + " 1", "2 " + TASK + " 2", "3 " + OTHER + " 1");
    assertThat(publish()).isEmpty();
  }

  @Test
  void withinATaskPositionsFollowTheSequenceWhateverTheTransactionOrTheClock() throws Exception {
    try (Connection older = begin()) {
      // Gets its number now, and writes the task's second event after the first was committed.
      try (Statement statement = older.createStatement()) {
        statement.execute("SELECT pg_current_xact_id()");
      }
      database.execute(event("default", TASK, 1));
      insert(older, "default", TASK, 2);
      older.commit();
    }
    database.execute(event("default", TASK, 3));
    database.execute("UPDATE events SET at = at - interval '1 hour' WHERE sequence = 3");

    publish();

    assertThat(read("default", 0))
        .containsExactly("1 " + TASK + " 1", "2 " + TASK + " 2", "3 " + TASK + " 3");
  }

  @Test
  void aLongTransactionHoldsNobodyUp() throws Exception {
    try (Connection foreign = begin()) {
      try (Statement statement = foreign.createStatement()) {
        statement.execute("SELECT pg_current_xact_id()");
      }
      for (int sequence = 1; sequence <= 3; sequence++) {
        database.execute(event("default", TASK, sequence));
        assertThat(publish()).containsExactly(new StreamEnd("default", sequence));
      }
    }
    assertThat(publish()).isEmpty();
  }

  @Test
  void everyAccountHasPositionsOfItsOwn() throws Exception {
    database.execute(event("alpha", TASK, 1));
    database.execute(event("beta", OTHER, 1));
    database.execute(event("beta", OTHER, 2));

    assertThat(publish())
        .containsExactlyInAnyOrder(new StreamEnd("alpha", 1), new StreamEnd("beta", 2));
    assertThat(read("alpha", 0)).containsExactly("1 " + TASK + " 1");
    assertThat(read("beta", 1)).containsExactly("2 " + OTHER + " 2");
    assertThat(get(store.end(new Query.FindStreamEnd("beta"))))
        .isEqualTo(new Answer.FoundStreamEnd(new StreamEnd("beta", 2)));
    assertThat(get(store.end(new Query.FindStreamEnd("gamma"))))
        .isEqualTo(new Answer.FoundStreamEnd(new StreamEnd("gamma", 0)));
  }

  @Test
  void whoIsBehindPublishesNothingAndLearnsHowFarItIs() throws Exception {
    String behind = seen;
    database.execute(event("default", TASK, 1));
    publish();
    database.execute(event("default", TASK, 2));

    StreamStore.Published published = get(store.publish(behind));

    assertThat(published.ends()).isEmpty();
    assertThat(published.seen()).isEqualTo(seen).isNotEqualTo(behind);
    assertThat(get(store.publish(published.seen())).ends())
        .containsExactly(new StreamEnd("default", 2));
  }

  @Test
  void anOlderBuildBesideGivesPositionsToo() throws Exception {
    database.execute(event("default", TASK, 1));
    String older = PreviousBuild.statements().get("publish_stream").replace("$1", "'" + seen + "'");
    assertThat(database.rows(older)).hasSize(1);
    database.execute(event("default", TASK, 2));

    seen = get(store.publish(seen)).seen();
    publish();

    assertThat(read("default", 0)).containsExactly("1 " + TASK + " 1", "2 " + TASK + " 2");
  }

  @Test
  void aLookWithoutNewEventsWritesNothing() throws Exception {
    Object before = database.rows("SELECT xmin::text, published_at FROM stream_publisher");

    publish();

    assertThat((Object) database.rows("SELECT xmin::text, published_at FROM stream_publisher"))
        .isEqualTo(before);
  }

  @Test
  void publishersAndWritersAtOnceGiveEveryEventOnePosition() throws Exception {
    int writers = 4;
    int events = 150;
    AtomicInteger writing = new AtomicInteger(writers);
    List<Runnable> all = new ArrayList<>();
    for (int writer = 0; writer < writers; writer++) {
      UUID task = UUID.randomUUID();
      all.add(() -> write(task, events, writing));
    }
    for (int publisher = 0; publisher < 3; publisher++) {
      all.add(() -> publishWhile(writing));
    }
    Parallel.run(all);
    seen = get(store.publish(seen)).seen();
    publish();

    assertThat(database.count("SELECT count(*) FROM stream_entries")).isEqualTo(writers * events);
    assertThat(database.count("SELECT max(position) FROM stream_entries"))
        .isEqualTo(writers * events);
    assertThat(database.count("SELECT count(DISTINCT (task_id, sequence)) FROM stream_entries"))
        .isEqualTo(writers * events);
    assertThat(
            database.count(
                "SELECT count(*) FROM (SELECT sequence - lag(sequence, 1, 0::bigint) OVER (PARTITION"
                    + " BY task_id ORDER BY position) AS step FROM stream_entries) s WHERE step <> 1"))
        .isZero();
  }

  private static void write(UUID task, int events, AtomicInteger writing) {
    try (Connection connection = begin()) {
      for (int sequence = 1; sequence <= events; sequence++) {
        insert(connection, "default", task, sequence);
        connection.commit();
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    } finally {
      writing.decrementAndGet();
    }
  }

  private static void publishWhile(AtomicInteger writing) {
    String known = StreamStore.NOTHING_SEEN;
    try {
      while (writing.get() > 0) {
        known = get(store.publish(known)).seen();
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private List<StreamEnd> publish() throws Exception {
    StreamStore.Published published = get(store.publish(seen));
    seen = published.seen();
    return published.ends();
  }

  private static List<String> read(String account, long after) throws Exception {
    Answer answer = get(store.read(new Query.ReadStream(account, after, 100)));
    return ((Answer.Streamed) answer).entries().stream().map(StreamStoreIT::text).toList();
  }

  private static String text(StreamEntry entry) {
    return entry.position() + " " + entry.event().taskId() + " " + entry.event().sequence();
  }

  private static Connection begin() throws SQLException {
    Connection connection = database.connect();
    connection.setAutoCommit(false);
    return connection;
  }

  private static void insert(Connection connection, String account, UUID task, int sequence)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(event(account, task, sequence));
    }
  }

  private static String event(String account, UUID task, int sequence) {
    return "INSERT INTO events (account_id, task_id, sequence, instance_id, kind, epoch, in_flight)"
        + " VALUES ('%s', '%s', %d, 'ls-cn-1', 'step-done', 1, 0)"
            .formatted(account, task, sequence);
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
