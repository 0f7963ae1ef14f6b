package io.holdpoint.testkit;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Somebody who works with instances over the API, whichever process serves it. */
public record Operator(ApiClient api) {

  /** The id of a new instance with so many nodes of the default driver. */
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

  public ApiClient.Reply interrupt(String instanceId, String token, String... headers) {
    return api.post(steer(instanceId, "interrupt", token), headers);
  }

  public ApiClient.Reply resume(String instanceId, String token) {
    return api.post(steer(instanceId, "resume", token));
  }

  /** The path of an interrupt or a resume. */
  public static String steer(String instanceId, String action, String token) {
    return "/openapi/logstashes/" + instanceId + "/actions/" + action + "?clientToken=" + token;
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
}
