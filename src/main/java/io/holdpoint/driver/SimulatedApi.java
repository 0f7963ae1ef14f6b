package io.holdpoint.driver;

import io.holdpoint.driver.SimulatedNode.Loaded;
import io.holdpoint.driver.SimulatedPipelines.Definition;
import io.holdpoint.driver.SimulatedPipelines.Pipeline;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/** The documents of a simulated node's API at one moment, shaped as real ones are. */
final class SimulatedApi {
  private final Loaded loaded;
  private final boolean starting;
  private final long now;

  /**
   * @param starting no pipeline is up yet
   */
  SimulatedApi(Loaded loaded, boolean starting, long now) {
    this.loaded = loaded;
    this.starting = starting;
    this.now = now;
  }

  ApiReply reply(String path) {
    int query = path.indexOf('?');
    String plain = query < 0 ? path : path.substring(0, query);
    boolean health = NodeDocuments.knowsHealth(loaded.version());
    return switch (plain) {
      case "/" -> ok(header());
      case "/_node", "/_node/pipelines" -> ok(header().put("pipelines", pipelines()));
      case "/_node/stats" -> ok(stats());
      case "/_node/plugins" -> ok(plugins());
      case "/_node/hot_threads" -> new ApiReply(200, hotThreads());
      case "/_health_report" -> health ? ok(healthReport()) : notFound(plain);
      default -> notFound(plain);
    };
  }

  private static ApiReply ok(JsonObject document) {
    return new ApiReply(200, document.encode());
  }

  private static ApiReply notFound(String path) {
    JsonObject body =
        new JsonObject()
            .put("path", path)
            .put("status", 404)
            .put("error", new JsonObject().put("message", "Not Found"));
    return new ApiReply(404, body.encode());
  }

  private JsonObject header() {
    Map<String, String> values = loaded.values();
    return new JsonObject()
        .put("host", "simulated")
        .put("version", loaded.version())
        .put("http_address", "127.0.0.1:9600")
        .put("id", loaded.id())
        .put("name", values.getOrDefault("node.name", "simulated"))
        .put("ephemeral_id", loaded.ephemeralId())
        .put("snapshot", false)
        .put("status", NodeDocuments.knowsHealth(loaded.version()) ? status() : "green")
        .put(
            "pipeline",
            new JsonObject()
                .put("workers", number(values, values, "pipeline.workers", 2))
                .put("batch_size", number(values, values, "pipeline.batch.size", 125))
                .put("batch_delay", number(values, values, "pipeline.batch.delay", 50)));
  }

  private JsonObject pipelines() {
    JsonObject pipelines = new JsonObject();
    loaded
        .pipelines()
        .everShown()
        .forEach(
            (id, pipeline) -> {
              Definition running = pipeline.running();
              if (running != null) {
                Map<String, String> settings = running.settings();
                Map<String, String> values = loaded.values();
                pipelines.put(
                    id,
                    new JsonObject()
                        .put("ephemeral_id", pipeline.ephemeralId())
                        .put("hash", running.hash())
                        .put("workers", number(settings, values, "pipeline.workers", 2))
                        .put("batch_size", number(settings, values, "pipeline.batch.size", 125))
                        .put("batch_delay", number(settings, values, "pipeline.batch.delay", 50)));
              }
            });
    return pipelines;
  }

  private JsonObject stats() {
    JsonObject pipelines = new JsonObject();
    loaded
        .pipelines()
        .everShown()
        .forEach((id, pipeline) -> pipelines.put(id, pipelineStats(pipeline)));
    return header()
        .put("pipelines", pipelines)
        .put(
            "reloads",
            new JsonObject()
                .put("successes", loaded.pipelines().successes())
                .put("failures", loaded.pipelines().failures()));
  }

  private JsonObject pipelineStats(Pipeline pipeline) {
    Definition running = pipeline.running();
    long events = starting ? 0 : pipeline.events(now);
    String queue =
        running == null ? "memory" : running.settings().getOrDefault("queue.type", "memory");
    JsonObject stats =
        new JsonObject()
            .put("queue", new JsonObject().put("type", queue).put("events_count", 0))
            .put(
                "events",
                new JsonObject().put("in", events).put("filtered", events).put("out", events))
            .put(
                "reloads",
                new JsonObject()
                    .put("successes", pipeline.successes())
                    .put("failures", pipeline.failures())
                    .put(
                        "last_error",
                        pipeline.lastError() == null
                            ? null
                            : new JsonObject().put("message", pipeline.lastError())));
    return running == null
        ? stats
        : stats.put("hash", running.hash()).put("ephemeral_id", pipeline.ephemeralId());
  }

  private JsonObject healthReport() {
    JsonObject indicators = new JsonObject();
    loaded
        .pipelines()
        .present()
        .forEach(
            (id, pipeline) -> {
              JsonObject state = new JsonObject().put("state", state(pipeline));
              indicators.put(
                  id,
                  new JsonObject()
                      .put("status", status(state(pipeline)))
                      .put("details", new JsonObject().put("status", state)));
            });
    return header()
        .put("status", status())
        .put(
            "indicators",
            new JsonObject()
                .put(
                    "pipelines",
                    new JsonObject().put("status", status()).put("indicators", indicators)));
  }

  private JsonObject plugins() {
    JsonArray plugins = new JsonArray();
    loaded
        .plugins()
        .forEach(
            (name, version) ->
                plugins.add(new JsonObject().put("name", name).put("version", version)));
    return header().put("total", plugins.size()).put("plugins", plugins);
  }

  private static String hotThreads() {
    return "::: {simulated}\nHot threads at this moment, busiestThreads=3:\n"
        + "0.0 % of cpu usage, state: waiting, thread name: '[main]>worker0'\n";
  }

  private String state(Pipeline pipeline) {
    return starting ? "LOADING" : pipeline.state();
  }

  private static String status(String state) {
    return switch (state) {
      case "RUNNING" -> "green";
      case "TERMINATED" -> "red";
      case "LOADING" -> "yellow";
      default -> "unknown";
    };
  }

  /** The worst of its pipelines'. */
  private String status() {
    String worst = "green";
    for (Pipeline pipeline : loaded.pipelines().present().values()) {
      String status = status(state(pipeline));
      if (Goodness.rank(status) > Goodness.rank(worst)) {
        worst = status;
      }
    }
    return worst;
  }

  private static int number(
      Map<String, String> first, Map<String, String> then, String name, int otherwise) {
    String text = first.getOrDefault(name, then.getOrDefault(name, ""));
    return text.matches("\\d{1,9}") ? Integer.parseInt(text) : otherwise;
  }
}
