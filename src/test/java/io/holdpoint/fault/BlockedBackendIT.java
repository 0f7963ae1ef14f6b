package io.holdpoint.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.InSoak;
import io.holdpoint.testkit.Operator;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody else holds a task's row, or ends the service's backends. */
@RunningService("HOLDPOINT_WORKER=off")
class BlockedBackendIT {
  /** The deadline is 2 s, some clients give up at 3. */
  private static final Duration ANSWERED = Duration.ofMillis(2_900);

  private static final int OTHERS = 60;

  private TestDatabase database;
  private ServiceFixture service;

  @BeforeEach
  void use(TestDatabase database, ServiceFixture service) {
    this.database = database;
    this.service = service;
  }

  @AfterEach
  void historyHolds() {
    HistoryCheck.holds(database);
  }

  @Test
  void lockedTaskIsA503AndEveryOtherOneOfTheBatchIsAnswered() throws Exception {
    String locked = changing();
    List<String> others = IntStream.range(0, OTHERS).mapToObj(i -> changing()).toList();
    String token = token();
    try (Connection psql = lock(locked)) {
      CompletableFuture<Reply> blocked = null;
      List<CompletableFuture<Reply>> replies = new ArrayList<>();
      for (int i = 0; i < OTHERS; i++) {
        replies.add(interruptAsync(others.get(i), token()));
        if (i == OTHERS / 4) {
          blocked = interruptAsync(locked, token);
        }
      }

      for (CompletableFuture<Reply> reply : replies) {
        Reply other = reply.get(ANSWERED.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(other.result()).as(other.body()).isEqualTo(true);
      }
      assertThat(blocked).isNotNull();
      Reply reply = blocked.get(ANSWERED.toMillis(), TimeUnit.MILLISECONDS);
      assertThat(reply.status()).as(reply.body()).isEqualTo(503);
      assertThat(reply.header("x-acs-retry-after")).isNotEmpty();
      psql.rollback();
    }
    assertThat(definite(locked, token).result()).isEqualTo(true);
    others.forEach(other -> assertThat(interrupts(other)).isOne());
    assertThat(interrupts(locked)).isOne();
  }

  @Test
  void commandsThatComeWhileAnotherTaskIsLockedAreAnswered() throws Exception {
    String locked = changing();
    try (Connection psql = lock(locked)) {
      CompletableFuture<Reply> blocked = interruptAsync(locked, token());
      Await.until(ANSWERED, "it waits for the lock", () -> waitingForLocks() > 0);

      for (int i = 0; i < 5; i++) {
        Reply other =
            interruptAsync(changing(), token()).get(ANSWERED.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(other.result()).as(other.body()).isEqualTo(true);
      }
      assertThat(blocked.get(ANSWERED.toMillis(), TimeUnit.MILLISECONDS).status()).isEqualTo(503);
      psql.rollback();
    }
  }

  @Test
  void lockThatIsReleasedInTimeIsNotNoticed() throws Exception {
    String locked = changing();
    CompletableFuture<Reply> blocked;
    try (Connection psql = lock(locked)) {
      blocked = interruptAsync(locked, token());
      Await.until(ANSWERED, "it waits for the lock", () -> waitingForLocks() > 0);
      psql.rollback();
    }

    assertThat(blocked.get(ANSWERED.toMillis(), TimeUnit.MILLISECONDS).result()).isEqualTo(true);
    assertThat(interrupts(locked)).isOne();
  }

  @Test
  void backendThatIsEndedInFlightGivesNoWrongAnswer() throws Exception {
    for (int round = 0; round < 5; round++) {
      String instance = changing();
      String token = token();
      CompletableFuture<Reply> reply;
      try (Connection psql = lock(instance)) {
        reply = interruptAsync(instance, token);
        Await.until(ANSWERED, "it waits for the lock", () -> waitingForLocks() > 0);
        terminateBackends();
        psql.rollback();
      }

      Reply answered = reply.get(ANSWERED.toMillis(), TimeUnit.MILLISECONDS);
      assertThat(answered.result()).as(answered.body()).isEqualTo(true);
      assertThat(interrupts(instance)).isOne();
      assertThat(service.status(instance)).isEqualTo("suspended");
    }
  }

  @InSoak
  @Test
  void backendsThatAreEndedUnderLoadCostNobodyHisAnswer() throws Exception {
    List<String> instances = IntStream.range(0, 200).mapToObj(i -> changing()).toList();
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    for (int i = 0; i < instances.size(); i++) {
      replies.add(interruptAsync(instances.get(i), token()));
      if (i % 50 == 25) {
        terminateBackends();
      }
    }

    for (CompletableFuture<Reply> reply : replies) {
      Reply answered = reply.get(ANSWERED.toMillis(), TimeUnit.MILLISECONDS);
      assertThat(answered.result()).as(answered.body()).isEqualTo(true);
    }
    instances.forEach(instance -> assertThat(interrupts(instance)).isOne());
  }

  /** An instance with a task that waits for a worker: there is none. */
  private String changing() {
    String instance = service.createInstance(2);
    assertThat(service.restart(instance).status()).isEqualTo(200);
    return instance;
  }

  private static String token() {
    return UUID.randomUUID().toString();
  }

  private CompletableFuture<Reply> interruptAsync(String instance, String token) {
    return service.api().postAsync(Operator.steer(instance, "interrupt", token));
  }

  /** As somebody in psql does who forgets to end a transaction. */
  private Connection lock(String instance) throws SQLException {
    Connection connection = database.connect();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT FROM tasks WHERE instance_id = '" + instance + "' FOR UPDATE");
    }
    return connection;
  }

  private long waitingForLocks() {
    return database.count(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND usename = 'holdpoint' AND wait_event_type = 'Lock'");
  }

  private void terminateBackends() {
    database.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE datname = current_database() AND usename = 'holdpoint'");
  }

  private Reply definite(String instance, String token) {
    List<Reply> last = new ArrayList<>();
    Await.until(
        Duration.ofSeconds(5),
        "a definite answer",
        () -> {
          last.add(0, service.interrupt(instance, token));
          return last.get(0).status() == 200;
        });
    return last.get(0);
  }

  private long interrupts(String instance) {
    return database.count(
        "SELECT count(*) FROM events WHERE kind = 'interrupted' AND instance_id = '"
            + instance
            + "'");
  }
}
