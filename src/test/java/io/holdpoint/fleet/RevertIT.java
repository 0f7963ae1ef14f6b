package io.holdpoint.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.InSoak;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A change that is taken back leaves the nodes as they were, and touches no other. */
@RunningService
class RevertIT {
  @TempDir Path root;

  /**
   * A change to take back.
   *
   * @param file of those that are touched; empty when it is a command that counts
   * @param starts of the changed node in the end
   */
  record Reverted(String kind, String autoReload, String file, String command, int starts) {}

  static List<Reverted> inEveryBuild() {
    return List.of(
        new Reverted("pipelines", "false", "pipelines.yml", "", 1),
        new Reverted("plugins", "true", "", "installing the plug-in logstash-filter-example", 3));
  }

  static List<Reverted> further() {
    return List.of(
        new Reverted("settings", "true", "logstash.yml", "", 3),
        new Reverted("pipelines", "true", "pipelines.yml", "", 1),
        new Reverted("version", "true", "current", "", 3));
  }

  @ParameterizedTest
  @MethodSource("inEveryBuild")
  void nodesAreAsTheyWereBefore(Reverted change, ServiceFixture service, TestDatabase database) {
    assertReverted(change, service, database);
  }

  @InSoak
  @ParameterizedTest
  @MethodSource("further")
  void nodesAreAsTheyWereBeforeTheOtherKindsToo(
      Reverted change, ServiceFixture service, TestDatabase database) {
    assertReverted(change, service, database);
  }

  private void assertReverted(Reverted change, ServiceFixture service, TestDatabase database) {
    Map<String, String> yml = Map.of("config.reload.automatic", change.autoReload());
    try (Fleet fleet = Fleet.start(root, 2, service.operator(), yml, Map.of()).register()) {
      Watch watch = new Watch(service, fleet);
      List<Map<String, String>> before = Watch.states(fleet);
      List<String> untouched = fleet.node(2).trace();
      fleet.change(fleet.changeOf(change.kind()));
      watch.heldAfterFirstNode();
      ChangeLifeIT.assertChanged(change.kind(), fleet.node(1).state());
      List<Map<String, String>> held = Watch.states(fleet);
      int events = fleet.history().size();

      assertPreview(fleet, change.file(), change.command());
      assertThat(Watch.states(fleet)).isEqualTo(held);
      assertThat(fleet.history()).hasSize(events);

      watch.reverted();
      assertThat(Watch.states(fleet)).isEqualTo(before);
      assertThat(fleet.node(1).starts()).isEqualTo(change.starts());
      assertThat(fleet.node(2).starts()).isOne();
      assertThat(fleet.node(2).trace()).isEqualTo(untouched);
      HistoryCheck.holds(database);
    }
  }

  private static void assertPreview(Fleet fleet, String file, String command) {
    JsonObject preview = fleet.turn("revert?dryRun=true", null).json().getJsonObject("Result");
    JsonArray nodes = preview.getJsonArray("nodes");
    assertThat(preview.getString("would")).isEqualTo("revert");
    assertThat(nodes).hasSize(1);
    JsonObject node = nodes.getJsonObject(0);
    assertThat(node.getString("nodeId")).isEqualTo("node-1");
    assertThat(node.getString("changed")).isEqualTo("whole");
    assertThat(node.getJsonArray("files").toString()).contains(file);
    assertThat(node.getJsonArray("commands").toString()).contains(command);
  }

  @Test
  void deadPipelineIsRevivedAndAnotherChangeMayFollow(
      ServiceFixture service, TestDatabase database) {
    try (Fleet fleet = Fleet.start(root, 2, service.operator()).register()) {
      Watch watch = new Watch(service, fleet);
      List<Map<String, String>> before = Watch.states(fleet);
      fleet.change(Watch.pipelineChange(FleetNode.GOOD.replace("mutate", "register_fails")));
      watch.ended().isHeld("failure-budget");
      assertThat(fleet.node(1).status()).isNotEqualTo("green");

      watch.reverted();

      assertThat(Watch.states(fleet)).isEqualTo(before);
      assertThat(fleet.node(1).starts()).isOne();
      fleet.change(fleet.changeOf("pipelines"));
      watch.ended().is("succeeded");
      HistoryCheck.holds(database);
    }
  }

  @Test
  void restartHasNothingToTakeBack(ServiceFixture service, TestDatabase database) {
    try (Fleet fleet = Fleet.start(root, 2, service.operator()).register()) {
      Watch watch = new Watch(service, fleet);
      fleet.change(fleet.changeOf("restart"));
      watch.heldAfterFirstNode();

      watch.reverted();

      assertThat(fleet.node(1).starts()).isEqualTo(2);
      assertThat(fleet.node(2).starts()).isOne();
      HistoryCheck.holds(database);
    }
  }
}
