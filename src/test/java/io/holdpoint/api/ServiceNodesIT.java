package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.EventKind;
import io.holdpoint.testkit.ApiClient;
import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.ChildService;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.SseClient;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two nodes on one database: they see each other, share the work, and one can be drained. */
@ExtendWith(DatabaseExtension.class)
class ServiceNodesIT {
  private static final Duration SOON = Duration.ofSeconds(15);

  /** Steps that last, so that both nodes hold some at the same time. */
  private static final Map<String, String> SLOW =
      Map.of("HOLDPOINT_SIMULATED_STOP", "150ms", "HOLDPOINT_SIMULATED_START", "150ms");

  @Test
  void bothAreSeenShareTheStepsAndADrainedOneTakesNone(TestDatabase database) {
    try (ServiceFixture one = ServiceFixture.start(database.runtimeUri(), SLOW);
        ServiceFixture two = ServiceFixture.start(database.runtimeUri(), SLOW)) {
      String first = idOf(one);
      String second = idOf(two);
      Await.until(SOON, "each knows of two", () -> working(one) == 2 && working(two) == 2);

      List<String> instances = changing(one, 24);
      finished(one, instances);

      long byFirst = stepsOf(database, first);
      long bySecond = stepsOf(database, second);
      assertThat(byFirst + bySecond).isPositive();
      assertThat((double) byFirst / bySecond).isBetween(0.5, 2.0);

      Reply drained = one.api().post("/v1/nodes/" + second + "/drain");
      assertThat(drained.result()).isEqualTo(true);
      assertThat(one.api().post("/v1/nodes/" + second + "/drain").result()).isEqualTo(true);
      ApiClient management = new ApiClient(two.service().managementPort());
      Await.until(SOON, "it is not ready", () -> management.get("/health/ready").status() == 503);
      assertThat(node(one, second).getBoolean("draining")).isTrue();
      long before = stepsOf(database, second);

      // It still answers whoever comes.
      List<String> more = changing(two, 4);
      finished(one, more);
      assertThat(stepsOf(database, second)).isEqualTo(before);

      assertThat(one.api().send("DELETE", "/v1/nodes/" + second + "/drain", null).result())
          .isEqualTo(true);
      Await.until(SOON, "it is ready", () -> management.get("/health/ready").status() == 200);
    }
    assertThat(database.count("SELECT count(*) FROM service_nodes")).isZero();
    HistoryCheck.holds(database);
  }

  @Test
  void aNodeThatDiesIsSeenAsGoneAndItsStepsAreTakenOver(TestDatabase database) {
    try (ServiceFixture survivor = ServiceFixture.start(database.runtimeUri(), SLOW);
        ChildService dying = ChildService.start(database, SLOW)) {
      String survivorId = idOf(survivor);
      Await.until(SOON, "two nodes", () -> nodes(survivor).size() == 2);
      List<String> instances = changing(survivor, 6);
      Await.until(
          SOON,
          "leases of both",
          () ->
              nodes(survivor).stream()
                  .allMatch(node -> ((JsonObject) node).getInteger("leases") > 0));

      dying.kill();

      finished(survivor, instances);
      Await.until(
          SOON,
          "the dead one is told apart",
          () ->
              nodes(survivor).stream()
                  .map(JsonObject.class::cast)
                  .allMatch(
                      node ->
                          node.getBoolean("alive") == node.getString("nodeId").equals(survivorId)));
      assertThat(working(survivor)).isEqualTo(1);
    }
    HistoryCheck.holds(database);
  }

  @Test
  void aNodeThatStopsEndsItsStreamsAndTheClientGoesOnAtAnother(TestDatabase database) {
    try (ServiceFixture other = ServiceFixture.start(database.runtimeUri(), Map.of())) {
      long last;
      try (ServiceFixture stopping = ServiceFixture.start(database.runtimeUri(), Map.of());
          SseClient client = stream(stopping, Map.of())) {
        changing(other, 1);
        last = client.next().position();
        stopping.close();
        client.awaitEnd();
        assertThat(client.wasCut()).isFalse();
      }
      try (SseClient client = stream(other, Map.of("Last-Event-ID", Long.toString(last)))) {
        assertThat(client.next().position()).isEqualTo(last + 1);
      }
    }
  }

  private static SseClient stream(ServiceFixture service, Map<String, String> headers) {
    SseClient client = SseClient.open(service.service().port(), "/v1/events", headers);
    assertThat(client.status()).isEqualTo(200);
    return client;
  }

  @Test
  void anUnknownNodeCannotBeDrained(TestDatabase database) {
    try (ServiceFixture one = ServiceFixture.start(database.runtimeUri(), Map.of())) {
      Reply unknown = one.api().post("/v1/nodes/" + UUID.randomUUID() + "/drain");
      assertThat(unknown.status()).isEqualTo(400);
      assertThat(unknown.code()).isEqualTo("NodeNotFound");
      Reply malformed = one.api().post("/v1/nodes/1/drain");
      assertThat(malformed.code()).isEqualTo("InvalidParameter");
    }
  }

  private static List<String> changing(ServiceFixture service, int count) {
    List<String> instances = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String instance = service.createInstance(2);
      assertThat(service.restart(instance).status()).isEqualTo(200);
      instances.add(instance);
    }
    return instances;
  }

  private static void finished(ServiceFixture service, List<String> instances) {
    Await.until(
        Duration.ofSeconds(60),
        "all changes are done",
        () ->
            instances.stream()
                .allMatch(
                    instance -> service.task(instance).getString("state").equals("succeeded")));
  }

  private static String idOf(ServiceFixture service) {
    String name = "127.0.0.1:" + service.service().port();
    return nodes(service).stream()
        .map(JsonObject.class::cast)
        .filter(node -> node.getString("name").equals(name))
        .map(node -> node.getString("nodeId"))
        .findFirst()
        .orElseThrow();
  }

  private static JsonObject node(ServiceFixture service, String nodeId) {
    return nodes(service).stream()
        .map(JsonObject.class::cast)
        .filter(node -> node.getString("nodeId").equals(nodeId))
        .findFirst()
        .orElseThrow();
  }

  private static JsonArray nodes(ServiceFixture service) {
    return service.api().get("/v1/nodes").json().getJsonObject("Result").getJsonArray("nodes");
  }

  private static int working(ServiceFixture service) {
    String metrics = new ApiClient(service.service().managementPort()).get("/metrics").body();
    return metrics
        .lines()
        .filter(line -> line.startsWith("holdpoint_nodes_working "))
        .mapToInt(line -> (int) Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
        .findFirst()
        .orElseThrow();
  }

  private static long stepsOf(TestDatabase database, String nodeId) {
    return database.count(
        "SELECT count(*) FROM events WHERE kind = '"
            + EventKind.STEP_BEGUN.text()
            + "' AND principal = 'worker "
            + nodeId
            + "'");
  }
}
