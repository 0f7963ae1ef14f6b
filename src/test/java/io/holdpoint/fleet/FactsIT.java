package io.holdpoint.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ways in which a real node deceives its operator, each of which stops the wave. */
@RunningService({"HOLDPOINT_WORKER_STOP_TIME_LIMIT=700ms", "HOLDPOINT_WORKER_START_TIME_LIMIT=3s"})
class FactsIT {
  private static final String BLOCKED = FleetNode.GOOD.replace("null", "blocked");

  @TempDir Path root;

  @ParameterizedTest
  @CsvSource({
    "mutate, register_fails, failed to load",
    "mutate, crash, is TERMINATED: it crashed",
    "generator, port_taken, no events passed in 400 ms"
  })
  void badFirstNodeStopsTheWave(
      String plugin, String bad, String reason, ServiceFixture service, TestDatabase database) {
    try (Fleet fleet = Fleet.start(root, 2, service.operator()).register()) {
      Watch watch = new Watch(service, fleet);
      List<String> untouched = fleet.node(2).trace();

      fleet.change(
          Watch.pipelineChange(FleetNode.GOOD.replace(plugin, bad))
              .put("trafficMillis", 400)
              .put("soakMillis", 300));

      watch.ended().isHeld("failure-budget");
      assertThat(watch.reasons()).contains("node-1", reason);
      assertThat(fleet.node(2).trace()).isEqualTo(untouched);
      assertThat(fleet.node(2).starts()).isOne();
      assertThat(fleet.node(2).status()).isEqualTo("green");
      HistoryCheck.holds(database);
    }
  }

  @Test
  void textThatCannotBeBuiltIsFoundBeforeAnyNodeIsTouched(
      ServiceFixture service, TestDatabase database) {
    try (Fleet fleet = Fleet.start(root, 2, service.operator()).register()) {
      Watch watch = new Watch(service, fleet);
      List<Map<String, String>> before = Watch.states(fleet);
      List<List<String>> untouched = fleet.nodes().stream().map(FleetNode::trace).toList();

      fleet.change(Watch.pipelineChange(FleetNode.GOOD.replace("mutate", "no_such_plugin")));

      watch.ended().isHeld("needs-human");
      assertThat(watch.reasons()).contains("the new configuration is not valid");
      assertThat(Watch.states(fleet)).isEqualTo(before);
      assertThat(fleet.nodes().stream().map(FleetNode::trace).toList()).isEqualTo(untouched);
      int step = failedPreparation(fleet);
      JsonObject output =
          service
              .api()
              .get("/v1/instances/" + fleet.instanceId() + "/task/steps/" + step + "/output")
              .json()
              .getJsonObject("Result");
      assertThat(output.getString("output")).contains("no_such_plugin", "config.test_and_exit");
      HistoryCheck.holds(database);
    }
  }

  private static int failedPreparation(Fleet fleet) {
    return fleet.task().getJsonArray("steps").stream()
        .map(JsonObject.class::cast)
        .filter(step -> step.getInteger("failures") > 0)
        .findFirst()
        .orElseThrow()
        .getInteger("step");
  }

  @Test
  void processThatDoesNotEndIsLeftAliveForAHuman(ServiceFixture service, TestDatabase database) {
    try (Fleet fleet =
        Fleet.start(root, 2, service.operator(), Map.of(), Map.of("main", BLOCKED)).register()) {
      Watch watch = new Watch(service, fleet);

      fleet.change(fleet.changeOf("restart"));

      watch.ended().isHeld("needs-human");
      assertThat(watch.reasons()).contains("node-1 does not end", "decide: wait, kill or abandon");
      JsonObject evidence = watch.firstChange().getJsonObject("evidence");
      JsonObject pipeline = evidence.getJsonArray("pipelines").getJsonObject(0);
      assertThat(evidence.getString("hotThreads")).isNotBlank();
      assertThat(evidence.getString("killLoses")).contains("events in memory");
      assertThat(pipeline.getLong("eventsInFlight")).isPositive();
      assertThat(pipeline.getString("queueType")).isEqualTo("memory");
      assertThat(Watch.processes(fleet.node(1))).isNotEmpty();
      assertThat(fleet.node(1).starts()).isOne();
      assertThat(Watch.stops(fleet.node(1))).isOne();
      assertThat(Watch.stops(fleet.node(2))).isZero();
      HistoryCheck.holds(database);
    }
  }

  @Test
  void badNodeWithinTheBudgetIsPassedAndNamedInTheEnd(
      ServiceFixture service, TestDatabase database) {
    try (Fleet fleet = Fleet.start(root, 2, service.operator()).register()) {
      Watch watch = new Watch(service, fleet);
      Watch.edit(fleet.node(1), BLOCKED);

      fleet.change(Watch.pipelineChange(FleetNode.OTHER).put("failureBudget", 1));

      watch.ended().isHeld("needs-human");
      assertThat(watch.firstChange().getBoolean("bad")).isTrue();
      assertThat(watch.step("apply", "", "node-2").getString("state")).isEqualTo("done");
      JsonObject last = verification(fleet);
      assertThat(last.getString("error")).contains("node-1 is not good").doesNotContain("node-2");

      Watch.unblock(fleet.node(1));
      Await.until(
          Duration.ofSeconds(20),
          "the bad node loads it after all",
          () -> text(fleet.node(1)).equals(text(fleet.node(2))));
      watch.resume();
      watch.ended().is("succeeded");
      HistoryCheck.holds(database);
    }
  }

  private static String text(FleetNode node) {
    return node.state().getOrDefault("pipeline main", "");
  }

  private static JsonObject verification(Fleet fleet) {
    return fleet.task().getJsonArray("steps").stream()
        .map(JsonObject.class::cast)
        .filter(step -> step.getString("action").equals("verify"))
        .filter(step -> step.getInteger("attempt") > 0)
        .findFirst()
        .orElseThrow();
  }
}
