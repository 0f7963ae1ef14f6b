package io.holdpoint.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.EventKind;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the step in flight settles after an interrupt, by its mode. */
@RunningService
class ModeIT {
  private static final long QUIET_AT_ONCE_MILLIS = 700;

  private ServiceFixture service;

  @BeforeEach
  void use(ServiceFixture running) {
    service = running;
  }

  @AfterEach
  void historyHolds(TestDatabase database) {
    HistoryCheck.holds(database);
  }

  @ParameterizedTest
  @ValueSource(strings = {"finish-step", "safe-point"})
  void nodeThatWasAskedToStopIsBroughtBackBeforeItIsQuiet(String mode, TestDatabase database) {
    String instance = restarted(2, new JsonObject().put("stopMillis", 400));
    awaitStopSent(instance, database);

    assertThat(interrupt(instance, mode).result()).isEqualTo(true);
    JsonObject acknowledged = service.task(instance);
    assertThat(acknowledged.getJsonArray("inFlight")).hasSize(1);
    assertThat(acknowledged.getString("quiescedAt")).isNull();
    assertThat(acknowledged.getString("interruptMode")).isEqualTo(mode);

    TaskEvent quiesced = service.await(instance, EventKind.QUIESCED);
    assertThat(kindsAfterInterrupt(instance)).containsExactly("step-done", "quiesced");
    JsonObject quiet = service.task(instance);
    assertThat(quiet.getString("quiescedAt")).startsWith(quiesced.at().toString().substring(0, 19));
    assertThat(step(quiet, 2).getString("state")).isEqualTo("done");
    assertFinishesAfterResume(instance);
  }

  @Test
  void safePointCutsAStepBetweenTwoNodes() {
    String instance = restarted(3, new JsonObject().put("checkMillis", 200));
    service.await(instance, EventKind.STEP_BEGUN);

    interrupt(instance, "safe-point");

    TaskEvent quiesced = service.await(instance, EventKind.QUIESCED);
    assertThat(kindsAfterInterrupt(instance)).containsExactly("step-put-back", "quiesced");
    JsonObject task = service.task(instance);
    assertThat(step(task, 1).getString("state")).isEqualTo("pending");
    assertThat(step(task, 1).getInteger("failures")).isZero();
    assertThat(quiesced.inFlight()).isZero();
    assertFinishesAfterResume(instance);
  }

  @Test
  void nowCutsAtOnceAndTheNodeIsListedAsUnsettled(TestDatabase database) {
    String instance = restarted(2, new JsonObject().put("stopMillis", 1_500));
    awaitStopSent(instance, database);
    long asked = System.nanoTime();

    interrupt(instance, "now");

    service.await(instance, EventKind.QUIESCED);
    assertThat((System.nanoTime() - asked) / 1_000_000).isLessThan(QUIET_AT_ONCE_MILLIS);
    assertThat(kindsAfterInterrupt(instance)).containsExactly("step-put-back", "quiesced");
    JsonObject cut = step(service.task(instance), 2);
    assertThat(cut.getString("state")).isEqualTo("pending");
    assertThat(cut.getJsonObject("unsettled").getString("ephemeralId")).isNotEmpty();
    assertFinishesAfterResume(instance);
    assertThat(step(service.task(instance), 2).getInteger("attempt")).isEqualTo(2);
    assertThat(step(service.task(instance), 2).getInteger("failures")).isZero();
  }

  @Test
  void stricterModeTightensAndALooserOneDoesNot(TestDatabase database) {
    String instance = restarted(2, new JsonObject().put("stopMillis", 3_000));
    awaitStopSent(instance, database);
    assertThat(interrupt(instance, "finish-step").header("x-holdpoint-outcome"))
        .isEqualTo("applied");
    long asked = System.nanoTime();

    assertThat(interrupt(instance, "now").header("x-holdpoint-outcome")).isEqualTo("applied");
    service.await(instance, EventKind.QUIESCED);

    assertThat((System.nanoTime() - asked) / 1_000_000).isLessThan(QUIET_AT_ONCE_MILLIS);
    assertThat(interrupt(instance, "finish-step").header("x-holdpoint-outcome"))
        .isEqualTo("already");
    assertThat(kindsAfterInterrupt(instance))
        .containsExactly("interrupt-tightened", "step-put-back", "quiesced");
  }

  @Test
  void lastStepThatWasInterruptedStaysSuspendedAndResumeOnlyLooksAgain() {
    String instance = restarted(2, new JsonObject().put("checkMillis", 200));
    service.await(e -> e.instanceId().equals(instance) && Integer.valueOf(4).equals(e.step()));

    interrupt(instance, "finish-step");
    service.await(instance, EventKind.QUIESCED);

    assertThat(service.status(instance)).isEqualTo("suspended");
    assertThat(kindsAfterInterrupt(instance)).containsExactly("step-put-back", "quiesced");
    assertFinishesAfterResume(instance);
    assertThat(kindsAfterInterrupt(instance).stream().skip(2))
        .containsExactly("resumed", "step-begun", "step-done", "succeeded");
    assertThat(step(service.task(instance), 4).getInteger("failures")).isZero();
  }

  @Test
  void nodesOfOneWaveRestartTogether() {
    String instance = service.createInstance(6);
    service.putNodes(instance, 6, new JsonObject().put("stopMillis", 100));
    Reply reply =
        service
            .api()
            .send(
                "POST",
                "/openapi/logstashes/" + instance + "/actions/restart?force=true",
                new JsonObject().put("restartType", "instance").put("batchCount", 100));
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);

    service.await(instance, EventKind.SUCCEEDED);

    List<JsonObject> begun =
        history(instance).stream()
            .filter(event -> event.getString("kind").equals("step-begun"))
            .filter(event -> event.getString("nodeId") != null)
            .toList();
    assertThat(begun)
        .extracting(event -> event.getInteger("inFlight"))
        .as("in flight at each beginning")
        .containsExactly(1, 2, 3, 4, 5, 6);
  }

  private String restarted(int nodes, JsonObject settings) {
    String instance = service.createInstance(nodes);
    service.putNodes(instance, nodes, settings);
    assertThat(service.restart(instance).status()).isEqualTo(200);
    return instance;
  }

  private Reply interrupt(String instance, String mode) {
    return service
        .operator()
        .interrupt(instance, UUID.randomUUID().toString(), "x-holdpoint-interrupt-mode", mode);
  }

  private void awaitStopSent(String instance, TestDatabase database) {
    Await.until(
        Duration.ofSeconds(10),
        "the node was asked to stop",
        () ->
            database.count(
                    "SELECT count(*) FROM steps JOIN tasks USING (account_id, task_id) WHERE"
                        + " checkpoint LIKE '%stopSent%' AND instance_id = '"
                        + instance
                        + "'")
                > 0);
  }

  private List<JsonObject> history(String instance) {
    return service.history(instance).stream().map(JsonObject.class::cast).toList();
  }

  private List<String> kindsAfterInterrupt(String instance) {
    return history(instance).stream()
        .map(event -> event.getString("kind"))
        .dropWhile(kind -> !kind.equals("interrupted"))
        .skip(1)
        .toList();
  }

  private void assertFinishesAfterResume(String instance) {
    assertThat(service.resume(instance, UUID.randomUUID().toString()).result()).isEqualTo(true);
    service.await(instance, EventKind.SUCCEEDED);
    assertThat(service.task(instance).getInteger("stepsStartedAfterAck")).isZero();
  }

  private static JsonObject step(JsonObject task, int number) {
    return task.getJsonArray("steps").getJsonObject(number - 1);
  }
}
