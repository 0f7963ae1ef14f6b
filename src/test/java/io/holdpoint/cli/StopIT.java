package io.holdpoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.ChildService;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.FaultProxy;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.InSoak;
import io.holdpoint.testkit.Operator;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import io.holdpoint.testkit.TokenStorm;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The service is asked to end, as every deployment does it. */
@ExtendWith(DatabaseExtension.class)
class StopIT {
  private static final Duration ENDED = Duration.ofSeconds(10);
  private static final Duration SOON = Duration.ofSeconds(10);

  private TestDatabase database;

  @BeforeEach
  void use(TestDatabase fresh) {
    database = fresh;
    database.execute(
        "TRUNCATE instances, nodes, tasks, changes, step_outputs, steps, commands, events");
  }

  @Test
  void stepInFlightIsPutBackWithItsCheckpointAndNoLeaseIsLeft() {
    try (ChildService service =
        ChildService.start(database, Map.of("HOLDPOINT_SIMULATED_STOP", "10m"))) {
      Operator operator = new Operator(service.api());
      String instance = operator.createInstance(3);
      operator.restart(instance);
      Await.until(
          SOON,
          "a node was asked to stop",
          () ->
              database.count("SELECT count(*) FROM steps WHERE checkpoint LIKE '%stopSent%'") > 0);

      service.child().terminate();

      assertThat(service.child().exitCode(ENDED)).isZero();
      assertThat(service.child().errorLines()).isEmpty();
      assertNoLeases();
      assertThat(
              database.rows("SELECT state, failures FROM steps WHERE checkpoint LIKE '%stopSent%'"))
          .containsExactly(Map.of("state", "pending", "failures", 0));
      assertThat(
              database.text(
                  "SELECT reason FROM events WHERE instance_id = '"
                      + instance
                      + "' ORDER BY sequence DESC LIMIT 1"))
          .isEqualTo("its worker is stopping");
    }
  }

  @Test
  void stepWhoseClaimIsUnderWayIsHandedBackToo() {
    try (FaultProxy proxy = new FaultProxy(database.port());
        ServiceFixture api =
            ServiceFixture.start(database.runtimeUri(), Map.of("HOLDPOINT_WORKER", "off"));
        ServiceFixture worker =
            ServiceFixture.start(database.runtimeUriAt(proxy.port()), Map.of())) {
      proxy.delay(Duration.ofMillis(150));
      String instance = api.createInstance(3);
      api.restart(instance);
      Await.until(
          SOON,
          "a claim has committed and its reply is on its way",
          () -> database.count("SELECT count(*) FROM events WHERE kind = 'step-begun'") > 0);

      worker.close();

      assertNoLeases();
    }
  }

  @InSoak
  @Test
  void stopUnderLoadAnswersWhatIsInFlightAndLeavesNoLease() {
    Map<String, String> environment = Map.of("HOLDPOINT_LOG_LEVEL", "WARN");
    try (ChildService service = ChildService.start(database, environment)) {
      Operator operator = new Operator(service.api());
      List<String> instances =
          IntStream.range(0, 20).mapToObj(i -> operator.createInstance(100)).toList();
      instances.forEach(operator::restart);
      try (TokenStorm storm = new TokenStorm(service.api(), instances, 16, 11)) {
        storm.awaitAnswers(500);

        service.child().terminate();

        assertThat(service.child().exitCode(ENDED)).isZero();
        assertThat(service.child().errorLines()).isEmpty();
        assertNoLeases();
        service.startAgain();
        storm.stop();
        assertThat(storm.contradictions()).isEmpty();
      }
    }
  }

  @Test
  void requestInFlightIsAnsweredBeforeTheEnd() throws Exception {
    try (ChildService service =
            ChildService.start(database, Map.of("HOLDPOINT_SIMULATED_STOP", "10m"));
        Connection psql = database.connect()) {
      Operator operator = new Operator(service.api());
      String instance = operator.createInstance(1);
      operator.restart(instance);
      psql.setAutoCommit(false);
      try (Statement statement = psql.createStatement()) {
        statement.execute("SELECT FROM tasks WHERE instance_id = '" + instance + "' FOR UPDATE");
      }
      CompletableFuture<Object> answer =
          service
              .api()
              .postAsync(Operator.steer(instance, "interrupt", "in-flight"))
              .thenApply(reply -> reply.result());
      Await.until(
          SOON,
          "the interrupt waits for the lock",
          () ->
              database.count(
                      "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                          + " AND query LIKE '%suspended_from%'"
                          + " AND datname = current_database()")
                  > 0);

      service.child().terminate();
      Await.until(SOON, "readiness is off", () -> !service.ready());
      psql.rollback();

      assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo(true);
      assertThat(service.child().exitCode(ENDED)).isZero();
    }
  }

  @InSoak
  @Test
  void serviceThatIsBlindEndsInTimeToo() {
    try (FaultProxy proxy = new FaultProxy(database.port());
        ChildService service =
            ChildService.start(
                Map.of(
                    "HOLDPOINT_POSTGRES_URI",
                    database.runtimeUriAt(proxy.port()),
                    "HOLDPOINT_WORKER_LEASE",
                    "30s"))) {
      Operator operator = new Operator(service.api());
      String instance = operator.createInstance(100);
      operator.restart(instance);
      proxy.blackHole();
      Await.until(SOON, "statements are under way", () -> proxy.held() > 0);
      CompletableFuture<Integer> answer =
          service
              .api()
              .postAsync(Operator.steer(instance, "interrupt", "blind"))
              .thenApply(reply -> reply.status());

      service.child().terminate();

      assertThat(service.child().exitCode(ENDED)).isZero();
      assertThat(answer).succeedsWithin(ENDED).isEqualTo(503);
    }
  }

  private void assertNoLeases() {
    HistoryCheck.holds(database);
    assertThat(database.rows("SELECT step, worker_id FROM steps WHERE lease_until IS NOT NULL"))
        .isEmpty();
    assertThat(database.count("SELECT coalesce(sum(in_flight), 0) FROM tasks")).isZero();
  }
}
