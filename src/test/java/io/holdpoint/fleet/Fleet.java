package io.holdpoint.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.standin.StandInHome;
import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.Operator;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Stand-in nodes of one instance, started and registered. */
final class Fleet implements AutoCloseable {
  private final Path root;
  private final List<FleetNode> nodes;
  private final Operator operator;
  private String instanceId = "";

  private Fleet(Path root, List<FleetNode> nodes, Operator operator) {
    this.root = root;
    this.nodes = nodes;
    this.operator = operator;
  }

  /** Nodes that look at their files by themselves, reached by the process driver. */
  static Fleet start(Path root, int count, Operator operator) {
    return start(root, count, operator, Map.of("config.reload.automatic", "true"), Map.of());
  }

  static Fleet start(
      Path root,
      int count,
      Operator operator,
      Map<String, String> yml,
      Map<String, String> pipelines) {
    return start(root, count, operator, yml, pipelines, FleetNode::launch);
  }

  /**
   * @param launcher starts a node for the first time
   */
  static Fleet start(
      Path root,
      int count,
      Operator operator,
      Map<String, String> yml,
      Map<String, String> pipelines,
      Consumer<FleetNode> launcher) {
    Map<String, String> settings = new HashMap<>(Map.of("config.reload.interval", "30ms"));
    settings.putAll(yml);
    Map<String, String> texts = new HashMap<>(Map.of("main", FleetNode.GOOD));
    texts.putAll(pipelines);
    List<FleetNode> nodes =
        IntStream.rangeClosed(1, count)
            .mapToObj(i -> new FleetNode(root, i, settings, texts))
            .toList();
    Fleet fleet = new Fleet(root, nodes, operator);
    nodes.forEach(launcher);
    nodes.forEach(FleetNode::awaitGreen);
    return fleet;
  }

  /** Makes an instance of these nodes. */
  Fleet register() {
    JsonArray entries = new JsonArray();
    for (int i = 0; i < nodes.size(); i++) {
      entries.add(nodes.get(i).entry("process", "10.1.0." + (i + 1)));
    }
    return register(entries);
  }

  Fleet register(JsonArray entries) {
    instanceId = operator.createInstance(1);
    Reply reply =
        operator
            .api()
            .send(
                "PUT",
                "/v1/instances/" + instanceId + "/nodes",
                new JsonObject().put("nodes", entries));
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return this;
  }

  String instanceId() {
    return instanceId;
  }

  List<FleetNode> nodes() {
    return nodes;
  }

  FleetNode node(int number) {
    return nodes.get(number - 1);
  }

  /** Starts a change. */
  void change(JsonObject change) {
    Reply reply =
        operator
            .api()
            .send(
                "POST",
                "/v1/instances/" + instanceId + "/changes?clientToken=" + UUID.randomUUID(),
                change);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
  }

  Reply turn(String path, JsonObject body) {
    return operator.api().send("POST", "/v1/instances/" + instanceId + "/task/" + path, body);
  }

  JsonObject task() {
    return operator.task(instanceId);
  }

  List<JsonObject> history() {
    return operator.history(instanceId).stream().map(JsonObject.class::cast).toList();
  }

  /** A change of each kind that this fleet can take. */
  JsonObject changeOf(String kind) {
    JsonObject change = new JsonObject().put("kind", kind);
    return switch (kind) {
      case "restart" -> change;
      case "settings" ->
          change.put(
              "values", new JsonObject().put("pipeline.workers", 3).put("pipeline.batch.size", 60));
      case "pipelines" ->
          change.put(
              "put",
              new JsonArray()
                  .add(new JsonObject().put("id", "main").put("config", FleetNode.OTHER))
                  .add(new JsonObject().put("id", "extra").put("config", FleetNode.GOOD)));
      case "plugins" ->
          change.put(
              "install",
              new JsonArray()
                  .add(
                      new JsonObject()
                          .put("name", "logstash-filter-example")
                          .put("version", "1.2.3")));
      case "version" ->
          change.put("version", FleetNode.NEXT_VERSION).put("archive", archive().toString());
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private Path archive() {
    Path archive = root.resolve("logstash-" + FleetNode.NEXT_VERSION + ".tar.gz");
    try {
      return Files.exists(archive)
          ? archive
          : StandInHome.archive(archive, FleetNode.NEXT_VERSION, StandInHome.javaCommand());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Map<String, String>> states() {
    List<Map<String, String>> states = new ArrayList<>();
    nodes.forEach(node -> states.add(node.state()));
    return states;
  }

  @Override
  public void close() {
    nodes.forEach(FleetNode::kill);
  }
}
