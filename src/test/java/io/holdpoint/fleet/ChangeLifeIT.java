package io.holdpoint.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.EventKind;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.InSoak;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of change on three stand-in nodes, undisturbed and interrupted at every boundary. */
@RunningService
class ChangeLifeIT {
  private static final long SEED = Long.getLong("holdpoint.seed", 20_260_101);
  private static final int MOMENTS = 10;
  private static final int LONGEST_WAIT_MILLIS = 400;

  @TempDir Path root;

  @InSoak
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
      assertEndedAsIfUndisturbed(kind, fleet, database);
      assertThat(fleet.task().getJsonArray("armed")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"restart", "pipelines"})
  void interruptedAtEveryBoundaryItEndsAsIfUndisturbed(
      String kind, ServiceFixture service, TestDatabase database) {
    assertEndsThroughEveryBoundary(kind, service, database);
  }

  @InSoak
  @ParameterizedTest
  @ValueSource(strings = {"settings", "plugins", "version"})
  void interruptedAtEveryBoundaryTheOtherKindsEndAsIfUndisturbed(
      String kind, ServiceFixture service, TestDatabase database) {
    assertEndsThroughEveryBoundary(kind, service, database);
  }

  private void assertEndsThroughEveryBoundary(
      String kind, ServiceFixture service, TestDatabase database) {
    try (Fleet fleet = Fleet.start(root, 3, service.operator()).register()) {
      Disturbance disturbance = new Disturbance(service, fleet);
      fleet.change(fleet.changeOf(kind));

      disturbance.atEveryBoundary();

      long steps = fleet.task().getJsonArray("steps").size();
      assertThat(disturbance.interrupts()).as("interrupts").isBetween((int) steps / 2, (int) steps);
      assertEndedAsIfUndisturbed(kind, fleet, database);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"settings", "pipelines", "plugins"})
  void interruptedAtSeededMomentsItEndsAsIfUndisturbed(
      String kind, ServiceFixture service, TestDatabase database) {
    assertEndsThroughSeededMoments(kind, service, database);
  }

  @InSoak
  @ParameterizedTest
  @ValueSource(strings = {"restart", "version"})
  void interruptedAtSeededMomentsTheOtherKindsEndAsIfUndisturbed(
      String kind, ServiceFixture service, TestDatabase database) {
    assertEndsThroughSeededMoments(kind, service, database);
  }

  private void assertEndsThroughSeededMoments(
      String kind, ServiceFixture service, TestDatabase database) {
    try (Fleet fleet = Fleet.start(root, 3, service.operator()).register()) {
      Disturbance disturbance = new Disturbance(service, fleet);
      fleet.change(fleet.changeOf(kind));

      disturbance.atRandomMoments(new Random(SEED + kind.hashCode()), MOMENTS, LONGEST_WAIT_MILLIS);

      assertThat(disturbance.interrupts()).as("interrupts").isGreaterThan(2);
      assertEndedAsIfUndisturbed(kind, fleet, database);
    }
  }

  /** The nodes are as wanted, none was changed twice, and nothing began between ack and resume. */
  static void assertEndedAsIfUndisturbed(String kind, Fleet fleet, TestDatabase database) {
    JsonObject task = fleet.task();
    assertThat(task.getString("state")).as(task.encode()).isEqualTo("succeeded");
    assertThat(task.getInteger("stepsStartedAfterAck")).isZero();
    for (FleetNode node : fleet.nodes()) {
      assertThat(node.starts())
          .as("starts of " + node.id() + " " + node.trace())
          .isEqualTo(kind.equals("pipelines") ? 1 : 2);
      assertThat(node.trace().stream().filter(line -> line.contains("reload main")))
          .as("reloads")
          .hasSize(kind.equals("pipelines") ? 1 : 0);
      assertThat(
              node.pluginTrace(FleetNode.VERSION).stream().filter(line -> line.contains("begun")))
          .as("plug-in commands")
          .hasSize(kind.equals("plugins") ? 1 : 0);
      assertChanged(kind, node.state());
    }
    HistoryCheck.holds(database);
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
