package io.holdpoint.driver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.holdpoint.driver.NodeException.Kind;
import io.holdpoint.driver.NodeView.PipelineView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a node's API said in one look, by path; members that a version does not have are fine. */
final class NodeDocuments {
  static final String ROOT = "/";

  private static final String NODE = "/_node";
  private static final String STATS = "/_node/stats";
  private static final String PLUGINS = "/_node/plugins";
  private static final String HEALTH = "/_health_report";
  private static final ObjectReader READER = new ObjectMapper().reader();
  private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\..*");

  private final Map<String, JsonNode> byPath = new ConcurrentHashMap<>();
  private final JsonNode root;

  private NodeDocuments(JsonNode root) {
    this.root = root;
    byPath.put(ROOT, root);
  }

  /** From the answer of {@link #ROOT}, which says what else there is to ask. */
  static NodeDocuments begin(ApiReply reply) {
    JsonNode root = parsed(ROOT, reply);
    if (text(root, "id") == null || text(root, "ephemeral_id") == null) {
      throw new NodeException(
          Kind.REFUSED, "the API answers without a node id: is something else at its address?");
    }
    return new NodeDocuments(root);
  }

  /** What to ask beside {@link #ROOT}. */
  List<String> paths() {
    List<String> paths = new ArrayList<>(List.of(NODE, STATS, PLUGINS));
    if (knowsHealth(text(root, "version"))) {
      paths.add(HEALTH);
    }
    return paths;
  }

  void add(String path, ApiReply reply) {
    byPath.put(path, parsed(path, reply));
  }

  /** False after a restart, or a change of the node behind the address, between two answers. */
  boolean ofOneProcess() {
    return byPath.values().stream()
        .allMatch(
            document ->
                root.get("id").equals(document.get("id"))
                    && root.get("ephemeral_id").equals(document.get("ephemeral_id")));
  }

  NodeView view() {
    String version = text(root, "version");
    JsonNode health = byPath.get(HEALTH);
    boolean weak = health == null;
    String status = weak ? null : health.path("status").asText("unknown");
    return new NodeView(
        true,
        true,
        weak,
        text(root, "id"),
        version,
        text(root, "ephemeral_id"),
        status,
        pipelines(health),
        plugins(),
        byPath.get(STATS).path("reloads").path("failures").asLong(),
        "answers as " + version + ", " + (weak ? "which knows no health" : status));
  }

  private Map<String, PipelineView> pipelines(@Nullable JsonNode health) {
    JsonNode loaded = byPath.get(NODE).path("pipelines");
    // Loaded ones include ghosts: pipelines that were removed stay there until the next start.
    JsonNode present =
        health == null ? loaded : health.path("indicators").path("pipelines").path("indicators");
    JsonNode counted = byPath.get(STATS).path("pipelines");
    Map<String, PipelineView> pipelines = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : present.properties()) {
      String id = entry.getKey();
      String state =
          health == null
              ? null
              : entry.getValue().path("details").path("status").path("state").asText("UNKNOWN");
      pipelines.put(id, pipeline(state, loaded.path(id), counted.path(id)));
    }
    return pipelines;
  }

  private static PipelineView pipeline(@Nullable String state, JsonNode loaded, JsonNode counted) {
    JsonNode reloads = counted.path("reloads");
    JsonNode events = counted.path("events");
    JsonNode queue = counted.path("queue");
    return new PipelineView(
        state,
        loaded.path("hash").asText(""),
        loaded.path("ephemeral_id").asText(""),
        loaded.path("workers").asInt(),
        loaded.path("batch_size").asInt(),
        loaded.path("batch_delay").asLong(),
        reloads.path("successes").asLong(),
        reloads.path("failures").asLong(),
        text(reloads.path("last_error"), "message"),
        events.path("in").asLong(),
        events.path("out").asLong(),
        queue.path("type").asText("memory"),
        queue.path("events_count").asLong(queue.path("events").asLong()));
  }

  private Map<String, String> plugins() {
    Map<String, String> plugins = new TreeMap<>();
    for (JsonNode plugin : byPath.get(PLUGINS).path("plugins")) {
      String name = text(plugin, "name");
      if (name != null) {
        plugins.put(name, plugin.path("version").asText(""));
      }
    }
    return plugins;
  }

  /** Up to 8.15 the API calls every node green, whatever becomes of its pipelines. */
  static boolean knowsHealth(@Nullable String version) {
    Matcher parts = VERSION.matcher(version == null ? "" : version);
    if (!parts.matches()) {
      return false;
    }
    int major = Integer.parseInt(parts.group(1));
    return major > 8 || major == 8 && Integer.parseInt(parts.group(2)) >= 16;
  }

  /**
   * @throws NodeException whose message says what the answer means
   */
  static void requireOk(String path, ApiReply reply) {
    if (reply.status() == 401) {
      throw new NodeException(
          Kind.REFUSED, "the API answers 401: the node's credential is missing or wrong");
    }
    if (reply.status() != 200) {
      throw new NodeException(Kind.REFUSED, "the API answers " + reply.status() + " at " + path);
    }
  }

  private static JsonNode parsed(String path, ApiReply reply) {
    requireOk(path, reply);
    try {
      JsonNode document = READER.readTree(reply.body());
      if (document.isObject()) {
        return document;
      }
    } catch (JsonProcessingException e) {
      // Said below, without the parser's quotation of the text.
    }
    throw new NodeException(Kind.REFUSED, "the API answers no JSON document at " + path);
  }

  private static @Nullable String text(JsonNode object, String member) {
    JsonNode value = object.get(member);
    return value == null || value.isNull() ? null : value.asText();
  }
}
