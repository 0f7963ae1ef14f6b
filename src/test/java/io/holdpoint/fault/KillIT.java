package io.holdpoint.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.ChildService;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.InSoak;
import io.holdpoint.testkit.Operator;
import io.holdpoint.testkit.TestDatabase;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The service as a process that is killed without a chance to clean up. */
@ExtendWith(DatabaseExtension.class)
class KillIT {
  private static final Duration SOON = Duration.ofSeconds(15);

  private TestDatabase database;

  @BeforeEach
  void use(TestDatabase fresh) {
    database = fresh;
  }

  @Test
  void killBetweenAckAndNextStepLosesNothingAndStartsNothing() {
    Map<String, String> nodes =
        Map.of("HOLDPOINT_SIMULATED_STOP", "60ms", "HOLDPOINT_SIMULATED_START", "60ms");
    try (ChildService service = ChildService.start(database, nodes)) {
      Operator operator = new Operator(service.api());
      String instance = operator.createInstance(6);
      operator.restart(instance);
      awaitEvent(instance, "kind = 'step-begun' AND node_id = 'node-2'");

      assertThat(operator.interrupt(instance, "ack").result()).isEqualTo(true);
      service.kill();
      service.startAgain();

      assertThat(operator.status(instance)).isEqualTo("suspended");
      awaitEvent(instance, "kind = 'quiesced' OR kind = 'interrupted' AND in_flight = 0");
      assertThat(begunAfter(instance, "interrupted")).isZero();
      assertThat(operator.interrupt(instance, "ack").header("Idempotency-Replayed"))
          .isEqualTo("true");
      assertThat(operator.resume(instance, "go").result()).isEqualTo(true);
      awaitEvent(instance, "kind = 'succeeded'");
      assertThat(operator.task(instance).getInteger("stepsStartedAfterAck")).isZero();
      HistoryCheck.holds(database);
      assertThat(database.count("SELECT sum(failures) FROM steps")).isZero();
    }
  }

  @InSoak
  @Test
  void killInTheMiddleOfBatchesKeepsEveryAnswerThatWasGiven() {
    try (ChildService service =
        ChildService.start(database, Map.of("HOLDPOINT_LOG_LEVEL", "WARN"))) {
      new KillRound(database, service).run(20_240_607);
    }
  }

  @InSoak
  @Test
  void stepOfKilledWorkerIsTakenOverAndCostsNoFailure() {
    Map<String, String> slow = Map.of("HOLDPOINT_SIMULATED_STOP", "10m");
    try (ChildService first = ChildService.start(database, slow)) {
      Operator operator = new Operator(first.api());
      String instance = operator.createInstance(3);
      operator.restart(instance);
      String steps = "task_id = (SELECT task_id FROM tasks WHERE instance_id = '" + instance + "')";
      Await.until(
          SOON,
          "the first process waits for a node",
          () ->
              database.count(
                      "SELECT count(*) FROM steps WHERE checkpoint LIKE '%stopSent%' AND " + steps)
                  > 0);
      try (ChildService second = ChildService.start(database, Map.of())) {
        assertThat(database.count("SELECT max(attempt) FROM steps WHERE " + steps))
            .as("a living worker keeps its step")
            .isOne();
        first.kill();

        awaitEvent(instance, "kind = 'step-put-back' AND reason LIKE 'the lease of worker%'");
        awaitEvent(instance, "kind = 'succeeded'");
        assertThat(database.count("SELECT sum(failures) FROM steps WHERE " + steps)).isZero();
        assertThat(new Operator(second.api()).status(instance)).isEqualTo("active");
        HistoryCheck.holds(database);
      }
    }
  }

  private void awaitEvent(String instance, String condition) {
    String sql =
        "SELECT count(*) FROM events WHERE instance_id = '"
            + instance
            + "' AND ("
            + condition
            + ")";
    Await.until(SOON, condition, () -> database.count(sql) > 0);
  }

  private long begunAfter(String instance, String kind) {
    return database.count(
        "SELECT count(*) FROM events b WHERE b.kind = 'step-begun' AND b.instance_id = '"
            + instance
            + "' AND b.sequence > (SELECT e.sequence FROM events e WHERE e.task_id = b.task_id"
            + " AND e.kind = '"
            + kind
            + "')");
  }
}
