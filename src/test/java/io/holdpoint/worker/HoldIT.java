package io.holdpoint.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.EventKind;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the engine itself holds: steps that fail too often or are active for too long. */
@RunningService({"HOLDPOINT_WORKER_STEP_TIME_LIMIT=1s", "HOLDPOINT_WORKER_MAX_STEP_FAILURES=3"})
class HoldIT {
  private ServiceFixture service;

  @BeforeEach
  void use(ServiceFixture running) {
    service = running;
  }

  @AfterEach
  void historyHolds(TestDatabase database) {
    HistoryCheck.holds(database);
  }

  @Test
  void stepThatFailsTooOftenIsHeldAndResumeTriesAfresh() {
    String instance = restarted(2, new JsonObject().put("failStarts", 3));

    TaskEvent held = service.await(instance, EventKind.HELD);

    assertThat(held.reason()).contains("node-1 did not come back", "exited with 1");
    JsonObject task = service.task(instance);
    assertThat(task.getString("state")).isEqualTo("suspended");
    assertThat(task.getString("hold")).isEqualTo("needs-human");
    assertThat(step(task, 2).getInteger("failures")).isEqualTo(3);
    assertThat(step(task, 2).getString("error")).contains("did not come back");
    assertThat(service.status(instance)).isEqualTo("suspended");

    assertThat(service.resume(instance, token()).result()).isEqualTo(true);
    service.await(
        e ->
            e.instanceId().equals(instance)
                && "node-1".equals(e.nodeId())
                && e.kind() == EventKind.STEP_DONE);
    // The second node has failures of its own to come: the task is held once more, then done.
    service.await(instance, EventKind.HELD);
    assertThat(service.resume(instance, token()).result()).isEqualTo(true);
    service.await(instance, EventKind.SUCCEEDED);
    assertThat(service.status(instance)).isEqualTo("active");
  }

  @Test
  void stepOverItsTimeLimitIsHeldAndEveryResumeGivesItANewOne() {
    String instance = restarted(1, new JsonObject().put("blockedStop", true));

    for (int round = 1; round <= 2; round++) {
      TaskEvent held = service.await(instance, EventKind.HELD);
      assertThat(held.reason()).contains("active longer than its limit of 1 s");
      JsonObject task = service.task(instance);
      assertThat(task.getString("hold")).isEqualTo("needs-human");
      assertThat(task.getJsonArray("inFlight")).isEmpty();
      assertThat(task.getString("quiescedAt")).isNotNull();
      assertThat(task.getLong("activeMillis")).isBetween(1_000L * round, 1_000L * round + 900);
      assertThat(step(task, 2).getJsonObject("unsettled")).isNotNull();
      service.resume(instance, token());
    }
    service.await(instance, EventKind.HELD);
  }

  @Test
  void interruptOverAHoldIsAYesAndKeepsTheHold() {
    String instance = restarted(1, new JsonObject().put("blockedStop", true));
    service.await(instance, EventKind.HELD);
    long sequence = service.task(instance).getLong("sequence");

    Reply reply = service.interrupt(instance, token());

    assertThat(reply.result()).isEqualTo(true);
    assertThat(reply.header("x-holdpoint-outcome")).isEqualTo("already");
    JsonObject task = service.task(instance);
    assertThat(task.getString("hold")).isEqualTo("needs-human");
    assertThat(task.getLong("sequence")).isEqualTo(sequence);
  }

  @Test
  void timeStandsStillWhileSuspended() {
    String instance = restarted(1, new JsonObject().put("stopMillis", 2_000));
    service.await(e -> e.instanceId().equals(instance) && "node-1".equals(e.nodeId()));
    assertThat(service.interrupt(instance, token()).result()).isEqualTo(true);
    long active = service.task(instance).getLong("activeMillis");

    service.await(instance, EventKind.QUIESCED);

    JsonObject task = service.task(instance);
    assertThat(task.getLong("activeMillis")).isEqualTo(active).isLessThan(1_000);
    assertThat(task.getString("hold")).as("twice its limit in flight").isEqualTo("interrupt");
    assertThat(step(task, 2).getString("state")).isEqualTo("done");
    service.resume(instance, token());
    service.await(instance, EventKind.SUCCEEDED);
  }

  private String restarted(int nodes, JsonObject settings) {
    String instance = service.createInstance(nodes);
    service.putNodes(instance, nodes, settings);
    assertThat(service.restart(instance).status()).isEqualTo(200);
    return instance;
  }

  private static JsonObject step(JsonObject task, int number) {
    return task.getJsonArray("steps").getJsonObject(number - 1);
  }

  private static String token() {
    return UUID.randomUUID().toString();
  }
}
