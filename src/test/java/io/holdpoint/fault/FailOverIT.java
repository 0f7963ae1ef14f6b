package io.holdpoint.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.store.Migrations;
import io.holdpoint.store.StartException;
import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.Operator;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.StoppablePostgres;
import io.holdpoint.testkit.TestDatabase;
import io.holdpoint.testkit.TokenStorm;
import io.holdpoint.testkit.TokenStorm.Answered;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * A primary with a synchronous standby: one of them is lost. The standby comes back, the primary
 * does not, so the order counts: to make the two costs seconds.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FailOverIT {
  /** The deadline is 2 s, some clients give up at 3. */
  private static final Duration ANSWERED = Duration.ofMillis(2_900);

  private static final Duration RECOVERED = Duration.ofSeconds(15);
  private static final int NODES = 100;
  private static final int CLIENTS = 16;

  @TempDir static Path first;
  @TempDir static Path second;
  private static StoppablePostgres primary;
  private static StoppablePostgres standby;
  private ServiceFixture service;

  @BeforeAll
  static void start() {
    primary = new StoppablePostgres(first);
    standby = primary.synchronousStandby(second);
  }

  @AfterEach
  void stopService() {
    service.close();
  }

  @AfterAll
  static void stop() {
    standby.close();
    primary.close();
  }

  private ServiceFixture service(String worker) {
    return ServiceFixture.start(
        primary.database().runtimeUriAt(primary, standby),
        Map.of(
            "HOLDPOINT_WORKER", worker,
            "HOLDPOINT_SIMULATED_STOP", "50ms",
            "HOLDPOINT_SIMULATED_START", "50ms"));
  }

  @Test
  @Order(2)
  void whatWasAcknowledgedIsOnTheNewPrimaryAndTheOldOneIsNotAskedAgain(TestReporter reporter) {
    service = service("on");
    List<String> steered = IntStream.range(0, 8).mapToObj(i -> restarted()).toList();
    try (TokenStorm storm = new TokenStorm(service.api(), steered, CLIENTS, 5)) {
      storm.awaitAnswers(300);
      primary.kill();
      long lost = System.nanoTime();
      int before = storm.answered();
      standby.promote();
      long promoted = System.nanoTime();
      // One answer more than clients: what was under way when the primary was lost is none.
      storm.awaitAnswers(CLIENTS + 1);
      reporter.publishEntry("ms to promotion", millis(promoted - lost));
      reporter.publishEntry("ms from promotion to answers", millis(System.nanoTime() - promoted));
      assertThat(storm.answered()).isGreaterThan(before);

      storm.awaitAnswers(300);
      Collection<Answered> answers = storm.stop();
      assertThat(answers).allMatch(Answered::result);
      assertThat(storm.slowest()).isLessThan(ANSWERED);
      assertThat(tokens(standby.database()))
          .containsAll(answers.stream().map(answered -> answered.asked().token()).toList());
      assertThat(storm.contradictions()).isEmpty();
    }
    HistoryCheck.holds(standby.database());
    theStreamGoesOnAsOnTheSameServer();

    primary.start();
    service.close();
    service = service("on");
    String token = token();
    assertThat(service.interrupt(steered.get(0), token).result()).isEqualTo(true);
    assertThat(tokens(standby.database())).contains(token);
    assertThat(tokens(primary.database())).doesNotContain(token);
    whatWorksByJdbcFindsTheNewPrimaryToo();
  }

  private void theStreamGoesOnAsOnTheSameServer() {
    String unplaced =
        "SELECT (SELECT count(*) FROM events) - (SELECT count(*) FROM stream_entries)";
    Await.until(
        RECOVERED, "a position for each event", () -> standby.database().count(unplaced) == 0);
    assertThat(standby.database().count("SELECT count(*) FROM stream_server WHERE brought > '0'"))
        .as("it does not pass for a restore")
        .isZero();
  }

  /** A schema that is too old on the new one only is noticed. */
  private void whatWorksByJdbcFindsTheNewPrimaryToo() {
    standby.database().execute("UPDATE schema_history SET version = '000'");

    assertThatThrownBy(
            () -> Migrations.requireUsable(primary.database().runtimeUriAt(primary, standby)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("000");
  }

  @Test
  @Order(1)
  void whatTheStandbyMayNotHaveIsNotAcknowledged() throws Exception {
    // A worker's own commit would wait with the task locked, and the interrupt for that.
    service = service("off");
    String instance = restarted();
    String token = token();
    standby.freeze();
    try {
      CompletableFuture<Reply> reply = interruptAsync(instance, token);
      Await.until(ANSWERED, "it waits for the standby", () -> waitingForStandby() > 0);
      primary
          .database()
          .rows("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
      // From here on everybody on the primary sees what may be nowhere else.
      Await.until(ANSWERED, "the commit is seen", () -> interrupts(instance) == 1);
      assertIndefinite(reply);
      assertIndefinite(interruptAsync(instance, token));
      assertIndefinite(interruptAsync(instance, token()));
    } finally {
      standby.thaw();
    }

    Await.until(
        RECOVERED,
        "acknowledged once it is there",
        () -> service.interrupt(instance, token).status() == 200);
    Reply again = service.interrupt(instance, token);
    assertThat(again.result()).isEqualTo(true);
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(interrupts(instance)).isOne();
    Await.until(RECOVERED, "the standby has it", () -> tokens(standby.database()).contains(token));
    HistoryCheck.holds(primary.database());
  }

  private String restarted() {
    String instance = service.createInstance(NODES);
    assertThat(service.restart(instance).status()).isEqualTo(200);
    return instance;
  }

  private CompletableFuture<Reply> interruptAsync(String instance, String token) {
    return service.api().postAsync(Operator.steer(instance, "interrupt", token));
  }

  private static void assertIndefinite(CompletableFuture<Reply> answer) throws Exception {
    Reply reply = answer.get(ANSWERED.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(reply.code())
        .as(reply.body())
        .isIn("ServiceUnavailable", "TokenPreviousRequestProcessError");
  }

  private static long waitingForStandby() {
    return primary
        .database()
        .count(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
                + " AND query LIKE '%SELECT c.fingerprint, c.request_id%'");
  }

  private static long interrupts(String instance) {
    return primary
        .database()
        .count(
            "SELECT count(*) FROM events WHERE kind = 'interrupted' AND instance_id = '"
                + instance
                + "'");
  }

  private static Set<String> tokens(TestDatabase database) {
    return database.rows("SELECT client_token FROM commands").stream()
        .map(row -> (String) row.get("client_token"))
        .collect(Collectors.toSet());
  }

  private static String token() {
    return UUID.randomUUID().toString();
  }

  private static String millis(long nanos) {
    return Long.toString(TimeUnit.NANOSECONDS.toMillis(nanos));
  }
}
