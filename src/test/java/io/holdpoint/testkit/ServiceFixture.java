package io.holdpoint.testkit;

import io.holdpoint.Service;
import io.holdpoint.config.HoldpointConfig;
import io.holdpoint.task.EventKind;
import io.holdpoint.task.TaskEvent;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A running service, its client, and the events it publishes. */
public final class ServiceFixture implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;

  private final Service service;
  private final ApiClient api;
  private final BlockingQueue<TaskEvent> events = new LinkedBlockingQueue<>();

  private ServiceFixture(Service service) {
    this.service = service;
    api = new ApiClient(service.port());
    service.bus().onEvent(events::add);
  }

  /**
   * Starts a service with settings fit for tests: free ports, quick polls, nodes that restart in
   * milliseconds.
   *
   * @param environment on top of these settings
   */
  public static ServiceFixture start(String runtimeUri, Map<String, String> environment) {
    Map<String, String> effective = new HashMap<>();
    effective.put("HOLDPOINT_POSTGRES_URI", runtimeUri);
    effective.put("HOLDPOINT_HTTP_PORT", "0");
    effective.put("HOLDPOINT_MANAGEMENT_PORT", "0");
    effective.put("HOLDPOINT_DEFAULT_DRIVER", "simulated");
    effective.put("HOLDPOINT_WORKER_POLL_INTERVAL", "20ms");
    effective.put("HOLDPOINT_WORKER_HEARTBEAT", "250ms");
    effective.put("HOLDPOINT_WORKER_LEASE", "1500ms");
    effective.put("HOLDPOINT_SIMULATED_STOP", "5ms");
    effective.put("HOLDPOINT_SIMULATED_START", "5ms");
    effective.put("HOLDPOINT_SIMULATED_CHECK", "0ms");
    effective.putAll(environment);
    return new ServiceFixture(Service.start(HoldpointConfig.load(null, effective)));
  }

  public Service service() {
    return service;
  }

  public ApiClient api() {
    return api;
  }

  /** The id of a new instance with so many simulated nodes. */
  public String createInstance(int nodes) {
    ApiClient.Reply reply = api.send("POST", "/openapi/logstashes", createBody(nodes));
    if (reply.status() != 200) {
      throw new AssertionError("no instance: " + reply.body());
    }
    return reply.json().getJsonObject("Result").getString("instanceId");
  }

  public static JsonObject createBody(int nodes) {
    return new JsonObject()
        .put("version", "7.4_with_X-Pack")
        .put("nodeAmount", nodes)
        .put("nodeSpec", new JsonObject().put("spec", "elasticsearch.sn1ne.large"))
        .put(
            "networkConfig",
            new JsonObject()
                .put("type", "vpc")
                .put("vpcId", "vpc-1")
                .put("vswitchId", "vsw-1")
                .put("vsArea", "cn-hangzhou-i"));
  }

  /** Gives all nodes of an instance the settings of the simulated driver. */
  public void putNodes(String instanceId, int count, JsonObject settings) {
    JsonArray nodes = new JsonArray();
    for (int i = 1; i <= count; i++) {
      nodes.add(
          new JsonObject()
              .put("nodeId", "node-" + i)
              .put("address", "10.0.0." + i)
              .put("driver", "simulated")
              .put("settings", settings));
    }
    ApiClient.Reply reply =
        api.send(
            "PUT", "/v1/instances/" + instanceId + "/nodes", new JsonObject().put("nodes", nodes));
    if (reply.status() != 200) {
      throw new AssertionError("no nodes: " + reply.body());
    }
  }

  public ApiClient.Reply restart(String instanceId) {
    return api.post("/openapi/logstashes/" + instanceId + "/actions/restart");
  }

  public ApiClient.Reply interrupt(String instanceId, String token) {
    return api.post(
        "/openapi/logstashes/" + instanceId + "/actions/interrupt?clientToken=" + token);
  }

  public ApiClient.Reply resume(String instanceId, String token) {
    return api.post("/openapi/logstashes/" + instanceId + "/actions/resume?clientToken=" + token);
  }

  public String status(String instanceId) {
    return api.get("/openapi/logstashes/" + instanceId)
        .json()
        .getJsonObject("Result")
        .getString("status");
  }

  public JsonObject task(String instanceId) {
    return api.get("/v1/instances/" + instanceId + "/task").json().getJsonObject("Result");
  }

  public JsonArray history(String instanceId) {
    return api.get("/v1/instances/" + instanceId + "/events?limit=500")
        .json()
        .getJsonArray("Result");
  }

  /** Waits for an event of an instance; events before it are dropped. */
  public TaskEvent await(String instanceId, EventKind kind) {
    return await(event -> event.instanceId().equals(instanceId) && event.kind() == kind);
  }

  public TaskEvent await(Predicate<TaskEvent> wanted) {
    try {
      while (true) {
        TaskEvent event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (event == null) {
          throw new AssertionError("no such event in " + PATIENCE_SECONDS + " s");
        }
        if (wanted.test(event)) {
          return event;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    service.close();
  }
}
