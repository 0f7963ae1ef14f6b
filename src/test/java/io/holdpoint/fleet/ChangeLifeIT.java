package io.holdpoint.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.EventKind;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of change on three stand-in nodes, undisturbed and interrupted at every boundary. */
@RunningService
class ChangeLifeIT {
  @TempDir Path root;

  @ParameterizedTest
  @ValueSource(strings = {"restart", "settings", "pipelines", "plugins", "version"})
  void changeRunsToItsEndAndTheNodesOwnApiSaysSo(
      String kind, ServiceFixture service, TestDatabase database) {
    try (Fleet fleet = Fleet.start(root, 3, service.operator()).register()) {
      fleet.change(fleet.changeOf(kind));

      service.await(
          event ->
              event.instanceId().equals(fleet.instanceId())
                  && (event.kind() == EventKind.SUCCEEDED || event.kind() == EventKind.HELD));
      assertThat(fleet.task().getString("state")).as(fleet.task().encode()).isEqualTo("succeeded");
      for (FleetNode node : fleet.nodes()) {
        assertThat(node.starts()).as("starts").isEqualTo(kind.equals("pipelines") ? 1 : 2);
        assertChanged(kind, node.state());
      }
      assertThat(fleet.task().getJsonArray("armed")).isEmpty();
      HistoryCheck.holds(database);
    }
  }

  static void assertChanged(String kind, Map<String, String> state) {
    assertThat(state).containsEntry("status", "green");
    switch (kind) {
      case "settings" ->
          assertThat(state.get("logstash.yml"))
              .contains("pipeline.workers: 3", "pipeline.batch.size: 60", "api.http.port: PORT");
      case "pipelines" -> assertThat(state).containsKeys("pipeline main", "pipeline extra");
      case "plugins" -> assertThat(state).containsEntry("plugin logstash-filter-example", "1.2.3");
      case "version" -> assertThat(state).containsEntry("version", FleetNode.NEXT_VERSION);
      default -> assertThat(state).containsEntry("version", FleetNode.VERSION);
    }
  }

  static List<JsonObject> of(String kind, List<JsonObject> history) {
    return history.stream().filter(event -> event.getString("kind").equals(kind)).toList();
  }
}
