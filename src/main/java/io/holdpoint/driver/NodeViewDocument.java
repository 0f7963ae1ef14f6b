package io.holdpoint.driver;

import io.holdpoint.driver.NodeView.PipelineView;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/** A {@link NodeView} as JSON, for the checkpoint that keeps it as the baseline. */
public final class NodeViewDocument {
  private NodeViewDocument() {}

  public static JsonObject write(NodeView view) {
    JsonObject pipelines = new JsonObject();
    view.pipelines().forEach((id, pipeline) -> pipelines.put(id, write(pipeline)));
    JsonObject plugins = new JsonObject();
    view.plugins().forEach(plugins::put);
    return new JsonObject()
        .put("up", view.up())
        .put("answers", view.answers())
        .put("weak", view.weak())
        .put("id", view.id())
        .put("version", view.version())
        .put("ephemeralId", view.ephemeralId())
        .put("status", view.status())
        .put("pipelines", pipelines)
        .put("plugins", plugins)
        .put("reloadFailures", view.reloadFailures())
        .put("detail", view.detail());
  }

  public static NodeView read(JsonObject document) {
    Map<String, PipelineView> pipelines = new TreeMap<>();
    JsonObject written = document.getJsonObject("pipelines");
    written.fieldNames().forEach(id -> pipelines.put(id, pipeline(written.getJsonObject(id))));
    Map<String, String> plugins = new TreeMap<>();
    JsonObject versions = document.getJsonObject("plugins");
    versions.fieldNames().forEach(name -> plugins.put(name, versions.getString(name)));
    return new NodeView(
        document.getBoolean("up"),
        document.getBoolean("answers"),
        document.getBoolean("weak"),
        document.getString("id"),
        document.getString("version"),
        document.getString("ephemeralId"),
        document.getString("status"),
        pipelines,
        plugins,
        document.getLong("reloadFailures"),
        document.getString("detail"));
  }

  private static JsonObject write(PipelineView pipeline) {
    return new JsonObject()
        .put("state", pipeline.state())
        .put("hash", pipeline.hash())
        .put("ephemeralId", pipeline.ephemeralId())
        .put("workers", pipeline.workers())
        .put("batchSize", pipeline.batchSize())
        .put("batchDelay", pipeline.batchDelay())
        .put("reloadSuccesses", pipeline.reloadSuccesses())
        .put("reloadFailures", pipeline.reloadFailures())
        .put("lastError", pipeline.lastError())
        .put("eventsIn", pipeline.eventsIn())
        .put("eventsOut", pipeline.eventsOut())
        .put("queueType", pipeline.queueType())
        .put("queueEvents", pipeline.queueEvents());
  }

  private static PipelineView pipeline(JsonObject document) {
    return new PipelineView(
        document.getString("state"),
        document.getString("hash"),
        document.getString("ephemeralId"),
        document.getInteger("workers"),
        document.getInteger("batchSize"),
        document.getLong("batchDelay"),
        document.getLong("reloadSuccesses"),
        document.getLong("reloadFailures"),
        document.getString("lastError"),
        document.getLong("eventsIn"),
        document.getLong("eventsOut"),
        document.getString("queueType"),
        document.getLong("queueEvents"));
  }
}
