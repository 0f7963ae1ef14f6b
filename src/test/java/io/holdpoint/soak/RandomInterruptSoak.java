package io.holdpoint.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.EventKind;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * A restart of five nodes, interrupted at a random moment in a random mode, sometimes tightened,
 * sometimes with its worker dead, and resumed: it must end as one that nobody disturbed.
 */
@RunningService
class RandomInterruptSoak {
  private static final int ROUNDS = 300;
  private static final int NODES = 5;

  /** Events of an undisturbed run: created, started, a begin and an end per step, succeeded. */
  private static final int EVENTS = 3 + 2 * (NODES + 2);

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Test
  void disturbedRunsEndAsUndisturbedOnes(
      ServiceFixture service, TestDatabase database, TestReporter reporter) {
    long seed = Soak.seed();
    reporter.publishEntry("seed", Long.toString(seed));
    SplittableRandom random = new SplittableRandom(seed);
    JsonObject undisturbed = end(service, restarted(service));
    for (int round = 0; round < Soak.rounds(ROUNDS); round++) {
      String context = "seed " + seed + ", round " + round;
      String instance = restarted(service);
      int interrupts = 1 + random.nextInt(3);
      for (int i = 0; i < interrupts; i++) {
        disturb(service, database, instance, random, context);
      }
      assertThat(end(service, instance)).as(context).isEqualTo(undisturbed);
      if (round % 25 == 0) {
        HistoryCheck.holds(database, context);
      }
    }
    HistoryCheck.holds(database, "seed " + seed);
  }

  private static String restarted(ServiceFixture service) {
    String instance = service.createInstance(NODES);
    assertThat(service.restart(instance).status()).isEqualTo(200);
    return instance;
  }

  private static void disturb(
      ServiceFixture service,
      TestDatabase database,
      String instance,
      SplittableRandom random,
      String context) {
    long moment = database.count(events(instance)) + random.nextInt(EVENTS / 2);
    Await.until(
        PATIENCE,
        "the moment; " + context,
        () -> database.count(events(instance)) >= moment || finished(database, instance));
    InterruptMode mode = InterruptMode.values()[random.nextInt(3)];
    boolean interrupted = Boolean.TRUE.equals(interrupt(service, instance, mode).result());
    assertThat(interrupted || finished(database, instance)).as(context).isTrue();
    if (!interrupted) {
      return;
    }
    if (random.nextInt(4) == 0) {
      interrupt(service, instance, InterruptMode.NOW);
    }
    if (random.nextInt(4) == 0) {
      // As if the worker had died: its lease is over and the step is put back.
      database.execute(
          "UPDATE steps SET lease_until = clock_timestamp() WHERE lease_until IS NOT NULL");
    }
    if (random.nextBoolean()) {
      Await.until(
          PATIENCE,
          "quiet; " + context,
          () -> service.task(instance).getString("quiescedAt") != null);
    }
    Reply resumed = service.resume(instance, UUID.randomUUID().toString());
    assertThat(resumed.result()).as(context).isEqualTo(true);
  }

  private static Reply interrupt(ServiceFixture service, String instance, InterruptMode mode) {
    return service
        .operator()
        .interrupt(
            instance, UUID.randomUUID().toString(), "x-holdpoint-interrupt-mode", mode.text());
  }

  private static String events(String instance) {
    return "SELECT count(*) FROM events WHERE instance_id = '" + instance + "'";
  }

  private static boolean finished(TestDatabase database, String instance) {
    return database.count(events(instance) + " AND kind = 'succeeded'") == 1;
  }

  /** What must be the same however the way there was. */
  private static JsonObject end(ServiceFixture service, String instance) {
    service.await(instance, EventKind.SUCCEEDED);
    JsonObject task = service.task(instance);
    JsonObject end = new JsonObject().put("status", service.status(instance));
    for (String member :
        new String[] {
          "state", "direction", "hold", "inFlight", "progress", "stepsStartedAfterAck"
        }) {
      end.put(member, task.getValue(member));
    }
    for (Object element : task.getJsonArray("steps")) {
      JsonObject step = (JsonObject) element;
      end.put(
          "step " + step.getInteger("step"),
          step.getString("state") + " " + step.getInteger("failures"));
    }
    return end;
  }
}
