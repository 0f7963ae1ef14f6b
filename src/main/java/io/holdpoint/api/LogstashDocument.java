package io.holdpoint.api;

import io.holdpoint.task.EventDocument;
import io.holdpoint.task.Instance;
import io.holdpoint.task.InstanceStatus;
import io.holdpoint.task.Node;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;

/**
 * An instance as the API shows it. Kinds matter: the strict SDKs throw the whole reply away when a
 * member is an array where they expect an object; unknown members are ignored. Describe and List
 * repeat a few members in capitals, because their SDK models read only those.
 */
final class LogstashDocument {
  private static final int API_PORT = 9600;

  /** Postpaid instances never end; the API says so with this far day, in epoch milliseconds. */
  private static final long NO_END = 4_746_268_800_000L;

  private LogstashDocument() {}

  static JsonObject of(Instance instance) {
    return of(instance, instance.status());
  }

  /**
   * @param status the status to show: the answer of a change shows the one it leads to
   */
  static JsonObject of(Instance instance, InstanceStatus status) {
    JsonObject specification = new JsonObject(instance.specification());
    JsonObject network = specification.getJsonObject("networkConfig", new JsonObject());
    String paymentType = specification.getString("paymentType", "postpaid");
    return new JsonObject()
        .put("instanceId", instance.instanceId())
        .put("version", instance.version())
        .put("description", instance.description())
        .put("nodeAmount", instance.nodeAmount())
        .put("paymentType", paymentType)
        .put("status", status.text())
        .put("enablePublic", false)
        .put("nodeSpec", specification.getJsonObject("nodeSpec", new JsonObject()))
        .put("networkConfig", network)
        .put("createdAt", time(instance.createdAt()))
        .put("updatedAt", time(instance.updatedAt()))
        .put("commodityCode", "elasticsearch_logstash_" + (prepaid(paymentType) ? "pre" : "post"))
        .put("extendConfigs", new JsonArray())
        .put("endTime", NO_END)
        .put("clusterTasks", clusterTasks(instance))
        .put("resourceGroupId", specification.getString("resourceGroupId", ""))
        .put("zoneCount", 1)
        .put("protocol", "HTTP")
        .put("zoneInfos", zones(network))
        .put("instanceType", "logstash")
        .put("inited", !instance.nodes().isEmpty())
        .put("tags", new JsonArray())
        .put("config", new JsonObject())
        .put("endpointList", endpoints(instance, network));
  }

  static JsonObject described(Instance instance) {
    JsonObject document = of(instance);
    return document
        .put("ResourceGroupId", document.getString("resourceGroupId"))
        .put("ZoneInfos", document.getJsonArray("zoneInfos"))
        .put("Tags", document.getJsonArray("tags"))
        .put("ExtendConfigs", document.getJsonArray("extendConfigs"));
  }

  static JsonObject listed(Instance instance) {
    return of(instance).put("Tags", new JsonArray());
  }

  static String time(Instant instant) {
    return EventDocument.time(instant);
  }

  private static boolean prepaid(String paymentType) {
    return paymentType.equals("prepaid");
  }

  private static JsonArray clusterTasks(Instance instance) {
    JsonArray tasks = new JsonArray();
    if (instance.task() != null && !instance.task().state().finished()) {
      tasks.add(ClusterTaskDocument.of(instance.task()));
    }
    return tasks;
  }

  private static JsonArray zones(JsonObject network) {
    String zone = network.getString("vsArea");
    return zone == null
        ? new JsonArray()
        : new JsonArray().add(new JsonObject().put("zoneId", zone).put("status", "NORMAL"));
  }

  private static JsonArray endpoints(Instance instance, JsonObject network) {
    JsonArray endpoints = new JsonArray();
    for (Node node : instance.nodes()) {
      endpoints.add(
          new JsonObject()
              .put("host", node.address())
              .put("port", API_PORT)
              .put("zoneId", network.getString("vsArea", "")));
    }
    return endpoints;
  }
}
