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

  /** Quick polls, nodes that restart in milliseconds. */
  static final Map<String, String> QUICK =
      Map.of(
          "HOLDPOINT_DEFAULT_DRIVER", "simulated",
          "HOLDPOINT_WORKER_OBSERVE_INTERVAL", "10ms",
          "HOLDPOINT_WORKER_POLL_INTERVAL", "20ms",
          "HOLDPOINT_WORKER_HEARTBEAT", "250ms",
          "HOLDPOINT_WORKER_LEASE", "1500ms",
          "HOLDPOINT_SIMULATED_STOP", "5ms",
          "HOLDPOINT_SIMULATED_START", "5ms",
          "HOLDPOINT_SIMULATED_CHECK", "0ms");

  private final Service service;
  private final ApiClient api;
  private final Operator operator;
  private final BlockingQueue<TaskEvent> events = new LinkedBlockingQueue<>();

  private ServiceFixture(Service service) {
    this.service = service;
    api = new ApiClient(service.port());
    operator = new Operator(api);
    service.bus().onEvent(events::add);
  }

  /**
   * Starts a service with settings fit for tests: free ports, quick polls, nodes that restart in
   * milliseconds.
   *
   * @param environment on top of these settings
   */
  public static ServiceFixture start(String runtimeUri, Map<String, String> environment) {
    Map<String, String> effective = new HashMap<>(QUICK);
    effective.put("HOLDPOINT_POSTGRES_URI", runtimeUri);
    effective.put("HOLDPOINT_HTTP_PORT", "0");
    effective.put("HOLDPOINT_MANAGEMENT_PORT", "0");
    effective.putAll(environment);
    return new ServiceFixture(Service.start(HoldpointConfig.load(null, effective)));
  }

  public Service service() {
    return service;
  }

  public ApiClient api() {
    return api;
  }

  public Operator operator() {
    return operator;
  }

  /** The id of a new instance with so many simulated nodes. */
  public String createInstance(int nodes) {
    return operator.createInstance(nodes);
  }

  public static JsonObject createBody(int nodes) {
    return Operator.createBody(nodes);
  }

  /** Gives all nodes of an instance the settings of the simulated driver. */
  public void putNodes(String instanceId, int count, JsonObject settings) {
    operator.putNodes(instanceId, count, settings);
  }

  public ApiClient.Reply restart(String instanceId) {
    return operator.restart(instanceId);
  }

  public ApiClient.Reply interrupt(String instanceId, String token) {
    return operator.interrupt(instanceId, token);
  }

  public ApiClient.Reply resume(String instanceId, String token) {
    return operator.resume(instanceId, token);
  }

  public String status(String instanceId) {
    return operator.status(instanceId);
  }

  public JsonObject task(String instanceId) {
    return operator.task(instanceId);
  }

  public JsonArray history(String instanceId) {
    return operator.history(instanceId);
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
