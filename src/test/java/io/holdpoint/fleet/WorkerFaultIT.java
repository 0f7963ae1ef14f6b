package io.holdpoint.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.ChildService;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.InSoak;
import io.holdpoint.testkit.Operator;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A worker that dies or freezes in the midst of a deed: its step is taken over, nothing is lost.
 */
@ExtendWith(DatabaseExtension.class)
class WorkerFaultIT {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final Map<String, String> SLOW_NODES =
      Map.of("config.reload.automatic", "true", "standin.stop", "400ms", "standin.load", "300ms");

  private static final String MODE = "x-holdpoint-interrupt-mode";

  @TempDir Path root;

  @InSoak
  @ParameterizedTest
  @ValueSource(strings = "restart")
  void stepOfAKilledWorkerIsTakenOverAndNoNodeIsChangedTwice(String kind, TestDatabase database) {
    try (ChildService service = ChildService.start(database, shortLease());
        Fleet fleet = fleet(new Operator(service.api()))) {
      fleet.change(fleet.changeOf(kind));
      awaitInTheMidst(fleet, database);

      service.kill();
      service.startAgain();

      awaitEnd(fleet, database);
      assertTakenOver(fleet, database);
      ChangeLifeIT.assertEndedAsIfUndisturbed(kind, fleet, database);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = "restart")
  void frozenWorkerThatComesBackCannotWrite(String kind, TestDatabase database) {
    try (ChildService frozen = ChildService.start(database, shortLease());
        Fleet fleet = fleet(new Operator(frozen.api()))) {
      fleet.change(fleet.changeOf(kind));
      awaitInTheMidst(fleet, database);
      signal(frozen, "STOP");
      try (ChildService second = ChildService.start(database, shortLease())) {
        awaitEnd(fleet, database);
        assertTakenOver(fleet, database);
        long events = database.count("SELECT count(*) FROM events");

        signal(frozen, "CONT");

        Await.until(
            PATIENCE,
            "the frozen one lets its step go",
            () ->
                frozen.child().log().stream()
                    .anyMatch(
                        line ->
                            line.contains("their steps are let go")
                                || line.contains("settled by somebody else")));
        Await.until(PATIENCE, "the frozen one answers again", frozen::ready);
        assertThat(second.ready()).isTrue();
        ChangeLifeIT.assertEndedAsIfUndisturbed(kind, fleet, database);
        assertThat(database.count("SELECT count(*) FROM events")).isEqualTo(events);
      }
    }
  }

  /** The nodes take long to end, so that the kill comes before their start on any machine. */
  @Test
  void killedBetweenFileAndRestartTheNodeIsShownAsArmed(TestDatabase database) {
    try (ChildService service = ChildService.start(database, shortLease());
        Fleet fleet = fleet(1, new Operator(service.api()), Map.of("standin.stop", "4s"))) {
      fleet.change(fleet.changeOf("settings"));
      awaitStep(fleet, database, "checkpoint LIKE '%\"armed\":%'");
      Operator operator = new Operator(service.api());
      interrupt(operator, fleet);
      service.kill();
      service.startAgain();
      Await.until(PATIENCE, "quiet", () -> fleet.task().getString("quiescedAt") != null);

      JsonObject detail = detail(service, fleet.instanceId());
      assertThat(detail.getJsonArray("armed")).hasSize(1);
      JsonObject armed = detail.getJsonArray("armed").getJsonObject(0);
      assertThat(armed.getString("nodeId")).isEqualTo(fleet.node(1).id());
      assertThat(armed.getJsonArray("paths").encode()).contains("logstash.yml");
      assertThat(fleet.node(1).starts()).isEqualTo(1);
      new Operator(service.api()).resume(fleet.instanceId(), token());
      awaitEnd(fleet, database);
      ChangeLifeIT.assertEndedAsIfUndisturbed("settings", fleet, database);
      assertThat(fleet.task().getJsonArray("armed")).isEmpty();
    }
  }

  @InSoak
  @Test
  void commandThatMustNotBeCutIsShownAsSettlingWithWhyAndSinceWhen(TestDatabase database) {
    try (ChildService service = ChildService.start(database, shortLease());
        Fleet fleet = fleet(1, new Operator(service.api()), Map.of())) {
      fleet.change(fleet.changeOf("plugins"));
      awaitStep(fleet, database, "settling IS NOT NULL");

      interrupt(new Operator(service.api()), fleet, MODE, "now");

      JsonObject detail = detail(service, fleet.instanceId());
      assertThat(detail.getJsonArray("inFlight")).hasSize(1);
      assertThat(detail.containsKey("quiescedAt")).isFalse();
      JsonObject settling = detail.getJsonArray("settling").getJsonObject(0);
      assertThat(settling.getString("nodeId")).isEqualTo(fleet.node(1).id());
      assertThat(settling.getString("why")).contains("a kill in its midst");
      assertThat(settling.getString("since")).endsWith("Z");
      Await.until(PATIENCE, "quiet", () -> fleet.task().getString("quiescedAt") != null);
      assertThat(fleet.task().getJsonArray("settling")).isEmpty();
      new Operator(service.api()).resume(fleet.instanceId(), token());
      awaitEnd(fleet, database);
      ChangeLifeIT.assertEndedAsIfUndisturbed("plugins", fleet, database);
    }
  }

  /** Asks until it is acknowledged, with one token, as every client does. */
  private static void interrupt(Operator operator, Fleet fleet, String... headers) {
    String token = token();
    Await.until(
        PATIENCE,
        "an acknowledged interrupt",
        () ->
            Boolean.TRUE.equals(
                operator.interrupt(fleet.instanceId(), token, headers).json().getValue("Result")));
  }

  /** Tests share a database, and one token means one thing in it. */
  private static String token() {
    return UUID.randomUUID().toString();
  }

  private static JsonObject detail(ChildService service, String instanceId) {
    return service
        .api()
        .get("/openapi/logstashes/" + instanceId)
        .json()
        .getJsonObject("Result")
        .getJsonArray("clusterTasks")
        .getJsonObject(0)
        .getJsonObject("detail");
  }

  private static Map<String, String> shortLease() {
    Map<String, String> environment = new HashMap<>();
    environment.put("HOLDPOINT_WORKER_LEASE", "1500ms");
    environment.put("HOLDPOINT_WORKER_HEARTBEAT", "300ms");
    return environment;
  }

  private Fleet fleet(Operator operator) {
    return fleet(2, operator, Map.of());
  }

  private Fleet fleet(int nodes, Operator operator, Map<String, String> yml) {
    Map<String, String> settings = new HashMap<>(SLOW_NODES);
    settings.putAll(yml);
    Fleet fleet = Fleet.start(root, nodes, operator, settings, Map.of());
    fleet.nodes().forEach(node -> node.pluginMillis(700));
    return fleet.register();
  }

  /** The node was asked to end, or something runs on it that must not be cut. */
  private static void awaitInTheMidst(Fleet fleet, TestDatabase database) {
    awaitStep(fleet, database, "(checkpoint LIKE '%stopSent%' OR settling IS NOT NULL)");
  }

  static void awaitStep(Fleet fleet, TestDatabase database, String condition) {
    Await.until(
        PATIENCE,
        "a step with " + condition,
        () ->
            database.count(
                    "SELECT count(*) FROM steps JOIN tasks USING (account_id, task_id) WHERE"
                        + " steps.state = 'running' AND action IN ('apply', 'restart') AND "
                        + condition
                        + " AND instance_id = '"
                        + fleet.instanceId()
                        + "'")
                > 0);
  }

  /** Read from the database: the service that would answer may be the one that is away. */
  private static void awaitEnd(Fleet fleet, TestDatabase database) {
    String tasks = "SELECT count(*) FROM tasks WHERE instance_id = '" + fleet.instanceId() + "'";
    Await.until(
        PATIENCE,
        "the end",
        () -> database.count(tasks + " AND state IN ('succeeded', 'suspended')") > 0);
  }

  private static void assertTakenOver(Fleet fleet, TestDatabase database) {
    String own = " AND instance_id = '" + fleet.instanceId() + "'";
    assertThat(
            database.count(
                "SELECT count(*) FROM events WHERE kind = 'step-put-back' AND reason LIKE"
                    + " 'the lease of worker%'"
                    + own))
        .as("leases taken over")
        .isPositive();
  }

  private static void signal(ChildService service, String name) {
    try {
      String pid = Long.toString(service.child().process().pid());
      int code = new ProcessBuilder("kill", "-" + name, pid).inheritIO().start().waitFor();
      assertThat(code).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
