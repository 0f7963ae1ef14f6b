package io.holdpoint.cli;

import io.holdpoint.bench.FreePort;
import io.holdpoint.standin.StandInHome;
import io.holdpoint.store.StartException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * The demo's nodes: processes of this host with folders of their own, driven and observed as real
 * ones are. They would outlive the demo, as nodes must; so whatever of them runs is ended with it.
 */
final class DemoFleet implements AutoCloseable {
  static final int NODES = 3;

  private static final String VERSION = "8.19.3";
  private static final String PIPELINE = "input { generator {} }\noutput { null {} }\n";
  private static final Duration GOOD_WITHIN = Duration.ofSeconds(30);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  /** Slow enough that an interrupt finds a node half-way. */
  private static final Map<String, String> PACE =
      Map.of("standin.start", "500ms", "standin.stop", "300ms");

  private final Path root;
  private final List<DemoNode> nodes = new ArrayList<>();

  private record DemoNode(String id, Path root, int port) {
    Path home() {
      return root.resolve("current");
    }

    Path settings() {
      return root.resolve("etc");
    }

    Path data() {
      return root.resolve("data");
    }
  }

  /**
   * @param root a folder of the fleet's own: every process whose command line names it is a node
   */
  DemoFleet(Path root) {
    this.root = root;
  }

  /** Makes the nodes, starts them and waits until each says that it is good. */
  void start() {
    try {
      for (int i = 1; i <= NODES; i++) {
        nodes.add(make("node-" + i));
      }
      for (DemoNode node : nodes) {
        launch(node);
      }
    } catch (IOException e) {
      throw new StartException("the demo could not start its nodes: " + e);
    }
    nodes.forEach(DemoFleet::awaitGreen);
  }

  private DemoNode make(String id) throws IOException {
    DemoNode node = new DemoNode(id, root.resolve(id), FreePort.find());
    Path version = node.root.resolve("versions/logstash-" + VERSION);
    StandInHome.create(version, VERSION, StandInHome.javaCommand());
    Files.createSymbolicLink(node.home(), version);
    StandInHome.settings(node.settings(), node.port, PACE, Map.of("main", PIPELINE));
    Files.createDirectories(node.data());
    return node;
  }

  private static void launch(DemoNode node) throws IOException {
    new ProcessBuilder(
            node.home().resolve("bin/logstash").toString(),
            "--path.settings",
            node.settings().toString(),
            "--path.data",
            node.data().toString())
        .redirectErrorStream(true)
        .redirectOutput(node.root.resolve("first-start.log").toFile())
        .start();
  }

  private static void awaitGreen(DemoNode node) {
    DemoClient client = DemoClient.of(node.port);
    long since = System.nanoTime();
    while (!isGreen(client)) {
      if (System.nanoTime() - since > GOOD_WITHIN.toNanos()) {
        throw new StartException("the demo's " + node.id + " did not turn green");
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }

  private static boolean isGreen(DemoClient client) {
    try {
      return "green".equals(client.get("/").envelope().getString("status"));
    } catch (StartException notYet) {
      return false;
    }
  }

  /** How the nodes are registered. */
  JsonObject registration() {
    JsonArray entries = new JsonArray();
    for (DemoNode node : nodes) {
      JsonObject settings =
          new JsonObject()
              .put("home", node.home().toString())
              .put("pathSettings", node.settings().toString())
              .put("pathData", node.data().toString())
              .put("workDirectory", node.root.resolve("work").toString())
              .put("versions", node.root.resolve("versions").toString());
      entries.add(
          new JsonObject()
              .put("nodeId", node.id)
              .put("address", "127.0.0.1:" + node.port)
              .put("driver", "process")
              .put("apiEndpoint", "http://127.0.0.1:" + node.port)
              .put("settings", settings));
    }
    return new JsonObject().put("nodes", entries);
  }

  /** How often each node's process was started, as the nodes themselves wrote it down. */
  List<Long> starts() {
    return nodes.stream().map(node -> lines(node.data().resolve("starts"))).toList();
  }

  private static long lines(Path file) {
    try {
      return Files.readAllLines(file).size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends all of its processes, whoever started them. */
  @Override
  public void close() {
    new FolderProcesses(root).end();
  }
}
