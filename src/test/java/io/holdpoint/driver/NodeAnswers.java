package io.holdpoint.driver;

import io.holdpoint.task.Node;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The API documents of a healthy 8.19.20 with two pipelines, shaped as a real one answers; each
 * method turns them into those of something that happened to it.
 */
final class NodeAnswers {
  static final Node NODE =
      new Node("acc", "ls-cn-1", "node-1", "10.0.0.1", "stubbed", null, null, Map.of());

  private final JsonObject header =
      new JsonObject()
          .put("host", "ls-1")
          .put("version", "8.19.20")
          .put("http_address", "127.0.0.1:9600")
          .put("id", "node-uuid")
          .put("name", "ls-1")
          .put("ephemeral_id", "process-1")
          .put("snapshot", false)
          .put("status", "green");
  private final Map<String, JsonObject> loaded = new LinkedHashMap<>();
  private final Map<String, JsonObject> counted = new LinkedHashMap<>();
  private final Map<String, JsonObject> health = new LinkedHashMap<>();
  private final Map<String, String> plugins = new LinkedHashMap<>();
  private long failures;

  NodeAnswers() {
    plugins.put("logstash-input-beats", "6.9.1");
    pipeline("main", "hash-main", "object-main");
    pipeline("aux", "hash-aux", "object-aux");
  }

  NodeAnswers pipeline(String id, String hash, String ephemeralId) {
    text(id, hash, ephemeralId);
    counted.put(
        id,
        new JsonObject()
            .put("events", new JsonObject().put("in", 10).put("filtered", 10).put("out", 10))
            .put("queue", new JsonObject().put("type", "memory").put("events_count", 0))
            .put(
                "reloads",
                new JsonObject().put("successes", 0).put("failures", 0).putNull("last_error")));
    return state(id, "green", "RUNNING");
  }

  NodeAnswers text(String id, String hash, String ephemeralId) {
    loaded.put(
        id,
        new JsonObject()
            .put("ephemeral_id", ephemeralId)
            .put("hash", hash)
            .put("workers", 2)
            .put("batch_size", 125)
            .put("batch_delay", 50)
            .put("dead_letter_queue_enabled", false));
    return this;
  }

  /** The node's status becomes the given one too. */
  NodeAnswers state(String id, String status, String state) {
    header.put("status", status);
    health.put(
        id,
        new JsonObject()
            .put("status", status)
            .put("symptom", "as told")
            .put("details", new JsonObject().put("status", new JsonObject().put("state", state)))
            .put("impacts", new JsonArray()));
    return this;
  }

  NodeAnswers status(String status) {
    header.put("status", status);
    return this;
  }

  NodeAnswers failedReload(String id, String error) {
    failures++;
    JsonObject reloads = counted.get(id).getJsonObject("reloads");
    reloads
        .put("failures", reloads.getInteger("failures") + 1)
        .put("last_error", new JsonObject().put("message", error));
    return this;
  }

  NodeAnswers failedReloadOfTheNode() {
    failures++;
    return this;
  }

  /** Only the pipelines' own counters are left. */
  NodeAnswers nodeCountsNothing() {
    failures = 0;
    return this;
  }

  NodeAnswers events(String id, int in, int out, int queued) {
    counted.get(id).getJsonObject("events").put("in", in).put("out", out);
    counted.get(id).getJsonObject("queue").put("events_count", queued);
    return this;
  }

  /** Its place in all but the health report stays: a ghost. */
  NodeAnswers removed(String id) {
    health.remove(id);
    return this;
  }

  NodeAnswers gone(String id) {
    loaded.remove(id);
    counted.remove(id);
    return removed(id);
  }

  NodeAnswers id(String id) {
    header.put("id", id);
    return this;
  }

  /** Another process, with other pipeline objects; its counters are the row's business. */
  NodeAnswers restarted() {
    header.put("ephemeral_id", "process-2");
    loaded.forEach((id, pipeline) -> pipeline.put("ephemeral_id", "restarted-" + id));
    return this;
  }

  NodeAnswers version(String version) {
    header.put("version", version);
    return this;
  }

  NodeAnswers plugin(String name, String version) {
    plugins.put(name, version);
    return this;
  }

  ApiReply reply(String path) {
    return switch (path) {
      case "/" -> ok(header.copy().put("build_sha", "0"));
      case "/_node" -> ok(header.copy().put("pipelines", object(loaded)));
      case "/_node/stats" ->
          ok(
              header
                  .copy()
                  .put("pipelines", object(counted))
                  .put("reloads", new JsonObject().put("successes", 0).put("failures", failures)));
      case "/_node/plugins" -> {
        JsonArray list = new JsonArray();
        plugins.forEach(
            (name, version) ->
                list.add(new JsonObject().put("name", name).put("version", version)));
        yield ok(header.copy().put("total", list.size()).put("plugins", list));
      }
      case "/_health_report" ->
          ok(
              header
                  .copy()
                  .put("symptom", "as told")
                  .put(
                      "indicators",
                      new JsonObject()
                          .put("pipelines", new JsonObject().put("indicators", object(health)))));
      default -> new ApiReply(404, "{\"status\":404,\"error\":{\"message\":\"Not Found\"}}");
    };
  }

  NodeView view() {
    return new LogstashApi(new StubbedDriver(this::reply)).view(NODE).toCompletableFuture().join();
  }

  private static JsonObject object(Map<String, JsonObject> members) {
    JsonObject object = new JsonObject();
    members.forEach(object::put);
    return object;
  }

  private static ApiReply ok(JsonObject document) {
    return new ApiReply(200, document.encode());
  }
}
