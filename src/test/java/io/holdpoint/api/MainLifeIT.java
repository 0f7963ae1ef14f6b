package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.holdpoint.task.EventKind;
import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The main job over HTTP, with work that is really done: change, hold, release, end. */
@RunningService
class MainLifeIT {
  private static final String ALL = "/openapi/logstashes";

  private static ServiceFixture service;

  @BeforeAll
  static void start(ServiceFixture running) {
    service = running;
  }

  @Test
  void aRestartIsHeldAndReleasedWhereItStood() {
    String id = service.createInstance(3);
    putSlowSecondNode(id);
    assertActive(describe(id));

    assertThat(service.restart(id).status()).isEqualTo(200);
    awaitSecondNode(id);
    assertRunning(describe(id));

    Reply interrupt = service.interrupt(id, "i-" + id);
    assertThat(interrupt.result()).isEqualTo(true);
    assertThat(interrupt.header("x-holdpoint-outcome")).isEqualTo("applied");
    assertThat(describe(id).getString("status")).isEqualTo("suspended");
    assertThat(onlyTask(describe(id)).getString("status")).isEqualTo("SUSPENDED");
    assertThat(service.task(id).getJsonArray("inFlight")).containsExactly(3);

    service.await(id, EventKind.QUIESCED);
    assertQuiet(service.task(id));
    assertThat(onlyTask(describe(id)).getDouble("progress")).isCloseTo(166.7 / 3, within(0.1));

    assertThat(service.resume(id, "r-" + id).result()).isEqualTo(true);
    service.await(id, EventKind.SUCCEEDED);
    assertActive(describe(id));
    assertThat(service.task(id).getString("state")).isEqualTo("succeeded");
    assertThat(service.interrupt(id, "late-" + id).result()).isEqualTo(false);
    assertNothingBeganWhileHeld(service.history(id));
  }

  /** The second of three nodes takes long enough to be looked at while it stops. */
  private static void putSlowSecondNode(String id) {
    JsonArray nodes = new JsonArray();
    for (int i = 1; i <= 3; i++) {
      JsonObject settings = new JsonObject().put("stopMillis", i == 2 ? 2_000 : 1);
      nodes.add(node(i).put("settings", settings));
    }
    assertThat(putNodes(id, nodes).status()).isEqualTo(200);
  }

  private static void awaitSecondNode(String id) {
    service.await(
        event ->
            event.instanceId().equals(id)
                && event.kind() == EventKind.STEP_BEGUN
                && "node-2".equals(event.nodeId()));
  }

  private static void assertActive(JsonObject instance) {
    assertThat(instance.getString("status")).isEqualTo("active");
    assertThat(instance.getBoolean("inited")).isTrue();
    assertThat(instance.getJsonArray("clusterTasks")).isEmpty();
  }

  private static void assertRunning(JsonObject instance) {
    JsonObject task = onlyTask(instance);
    List<JsonObject> parts = objects(task.getJsonArray("subTasks"));

    assertThat(instance.getString("status")).isEqualTo("activating");
    assertThat(task.getString("type")).isEqualTo("updating");
    assertThat(task.getString("status")).isEqualTo("RUNNING");
    assertThat(task.getBoolean("interruptible")).isTrue();
    assertThat(task.getBoolean("canCancelable")).isFalse();
    assertThat(parts)
        .extracting(part -> part.getString("type") + " " + part.getString("status"))
        .containsExactly("check FINISHED", "rolling RUNNING", "finally READY");
    assertThat(parts).extracting(part -> part.getBoolean("interruptible")).containsOnly(false);
    assertThat(parts.get(1).getJsonObject("detail"))
        .isEqualTo(new JsonObject().put("totalNodeCount", 3).put("completedNodeCount", 1));
    assertThat(task.getDouble("progress"))
        .isEqualTo(
            parts.stream().mapToDouble(part -> part.getDouble("progress")).average().orElseThrow())
        .isCloseTo(133.3 / 3, within(0.1));
  }

  private static void assertQuiet(JsonObject task) {
    assertThat(task.getString("state")).isEqualTo("suspended");
    assertThat(task.getString("hold")).isEqualTo("interrupt");
    assertThat(task.getString("quiescedAt")).isNotNull();
    assertThat(task.getJsonArray("inFlight")).isEmpty();
    assertThat(objects(task.getJsonArray("steps")))
        .extracting(step -> step.getString("state"))
        .containsExactly("done", "done", "done", "pending", "pending");
    assertThat(task.getInteger("stepsStartedAfterAck")).isZero();
  }

  /** By sequence, which has no gaps. */
  private static void assertNothingBeganWhileHeld(JsonArray history) {
    boolean held = false;
    int sequence = 0;
    for (JsonObject event : objects(history)) {
      String kind = event.getString("kind");
      held = kind.equals("interrupted") || held && !kind.equals("resumed");
      assertThat(held && kind.equals("step-begun")).as(event.encode()).isFalse();
      assertThat(event.getInteger("sequence")).isEqualTo(++sequence);
    }
  }

  @Test
  void aSecondChangeIsRefusedWhileTheFirstIsUnfinished() {
    String id = service.createInstance(1);
    service.putNodes(id, 1, new JsonObject().put("blockedStop", true));
    String path = ALL + "/" + id + "/actions/restart?clientToken=r-" + id;
    Reply first = service.api().post(path);
    assertThat(first.status()).isEqualTo(200);
    assertThat(first.json().getJsonObject("Result").getString("status")).isEqualTo("activating");

    for (Reply refused : List.of(service.restart(id), putNodes(id, new JsonArray().add(node(1))))) {
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.code()).isEqualTo("InstanceStatusNotSupportCurrentAction");
    }
    service.interrupt(id, "i-" + id);
    assertThat(service.restart(id).code()).isEqualTo("InstanceStatusNotSupportCurrentAction");

    Reply again = service.api().post(path);
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(resultText(again)).isEqualTo(resultText(first));
    assertThat(again.header("x-acs-request-id")).isNotEqualTo(first.header("x-acs-request-id"));
  }

  private static String resultText(Reply reply) {
    return reply.body().substring(0, reply.body().indexOf(",\"RequestId\""));
  }

  @Test
  void nodesAreReplacedAndShown() {
    String id = service.createInstance(2);
    assertThat(nodes(id)).extracting(n -> n.getString("address")).contains("10.0.0.1", "10.0.0.2");

    JsonArray entries =
        new JsonArray()
            .add(node(7).put("nodeId", "seven").put("apiEndpoint", "http://10.0.0.7:9600"))
            .add(node(8).put("settings", new JsonObject().put("stopMillis", 1)))
            .add(node(9));
    Reply put = putNodes(id, entries);

    assertThat(put.status()).isEqualTo(200);
    assertThat(put.json().getJsonObject("Result").getJsonArray("nodes"))
        .isEqualTo(new JsonArray(new ArrayList<>(nodes(id))));
    assertThat(nodes(id))
        .extracting(node -> node.getString("nodeId"))
        .containsExactly("seven", "node-2", "node-3");
    assertThat(putNodes(id, entries).status()).isEqualTo(200);
    assertThat(describe(id).getInteger("nodeAmount")).isEqualTo(3);
    assertThat(describe(id).getJsonArray("endpointList").encode()).contains("10.0.0.9");
    assertThat(putNodes("ls-cn-unknown", entries).code()).isEqualTo("InstanceNotFound");
  }

  private static JsonObject node(int i) {
    return new JsonObject().put("address", "10.0.0." + i).put("driver", "simulated");
  }

  private static Reply putNodes(String id, JsonArray entries) {
    JsonObject body = new JsonObject().put("nodes", entries);
    return service.api().send("PUT", "/v1/instances/" + id + "/nodes", body);
  }

  private static List<JsonObject> nodes(String id) {
    Reply reply = service.api().get("/v1/instances/" + id + "/nodes");
    return objects(reply.json().getJsonObject("Result").getJsonArray("nodes"));
  }

  private static JsonObject describe(String id) {
    return service.api().get(ALL + "/" + id).json().getJsonObject("Result");
  }

  private static JsonObject onlyTask(JsonObject instance) {
    assertThat(instance.getJsonArray("clusterTasks")).hasSize(1);
    return instance.getJsonArray("clusterTasks").getJsonObject(0);
  }

  private static List<JsonObject> objects(JsonArray array) {
    return array.stream().map(JsonObject.class::cast).toList();
  }
}
