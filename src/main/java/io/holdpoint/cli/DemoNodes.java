package io.holdpoint.cli;

import io.holdpoint.Schema;
import io.holdpoint.bench.FreePort;
import io.holdpoint.config.HoldpointConfig;
import io.holdpoint.store.EmbeddedServer;
import io.holdpoint.store.Migrations;
import io.holdpoint.store.StartException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Several nodes of the service on one database, and a balancer in front where this host has one:
 * what docker-compose.yml describes, without Docker and for one host's time.
 */
final class DemoNodes implements AutoCloseable {
  static final int MOST = 9;

  private static final String HOST = "127.0.0.1";
  private static final int LAST_PORT = 65_535;

  /** Of a node that nobody loads; its pools open what they need. */
  private static final int CONNECTIONS_OF_A_NODE = 20;

  /** What a node does unless the user's environment says otherwise. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "HOLDPOINT_LOG_LEVEL", "WARN",
          "HOLDPOINT_DEFAULT_DRIVER", "simulated",
          "HOLDPOINT_WORKER_OBSERVE_INTERVAL", "100ms");

  private final HoldpointConfig config;
  private final Map<String, String> environment;
  private final List<String> arguments;
  private final Path directory;
  private final List<DemoServiceNode> nodes = new CopyOnWriteArrayList<>();
  private volatile @Nullable EmbeddedServer server;
  private volatile @Nullable DemoBalancer balancer;

  /**
   * @param config of the database, and of the ports: the balancer has that of the API, the nodes
   *     those behind; 0 takes any free ones
   * @param environment the user's; it wins where it does not break the topology
   * @param arguments for each node's {@code serve}
   * @param directory of this demo's own
   */
  DemoNodes(
      HoldpointConfig config,
      Map<String, String> environment,
      List<String> arguments,
      Path directory) {
    this.config = config;
    this.environment = environment;
    this.arguments = arguments;
    this.directory = directory;
  }

  /**
   * Starts everything and waits until it is ready; what was started before a failure is ended by
   * {@link #close}.
   *
   * @throws StartException with one line that says what to do
   */
  void start(int count) {
    Map<String, String> forNodes = nodeEnvironment(database(count));
    try {
      List<DemoBalancer.Target> targets = new ArrayList<>();
      for (int number = 1; number <= count; number++) {
        int port = port(config.http().port(), number);
        int managementPort = port(config.management().port(), number);
        Path folder = Files.createDirectory(directory.resolve("holdpoint-" + number));
        nodes.add(new DemoServiceNode(number, port, managementPort, folder, arguments, forNodes));
        targets.add(new DemoBalancer.Target("holdpoint-" + number, HOST, port, managementPort));
      }
      nodes.forEach(DemoServiceNode::awaitReady);
      Optional<Path> program = DemoBalancer.program(environment);
      if (program.isPresent()) {
        int port = config.http().port() == 0 ? FreePort.find() : config.http().port();
        balancer = DemoBalancer.start(program.get(), directory, port, targets);
      }
    } catch (IOException e) {
      throw new StartException("the demo could not start its nodes: " + e);
    }
  }

  /** The URI for the nodes, of a database at this build's schema. */
  private String database(int count) {
    if (!config.postgres().embedded()) {
      if (config.postgres().migrateOnServe()) {
        Schema.migrate(config);
      }
      return config.postgres().uri();
    }
    int connections = CONNECTIONS_OF_A_NODE * (count + 1);
    EmbeddedServer started =
        EmbeddedServer.start(
            config.dataDir(), Map.of("max_connections", Integer.toString(connections)));
    server = started;
    Migrations.migrate(started.ownerUri(), started.runtimeUri());
    return started.runtimeUri();
  }

  private Map<String, String> nodeEnvironment(String databaseUri) {
    Map<String, String> all = new HashMap<>(DEFAULTS);
    environment.forEach(
        (name, value) -> {
          if (name.startsWith("HOLDPOINT_")) {
            all.put(name, value);
          }
        });
    all.remove("HOLDPOINT_HTTPS_PORT");
    // All on one host: the ports of the cluster would be taken.
    all.put("HOLDPOINT_CLUSTER", "off");
    all.remove("HOLDPOINT_POSTGRES_OWNER_URI");
    all.put("HOLDPOINT_POSTGRES_URI", databaseUri);
    all.put("HOLDPOINT_MIGRATE", "off");
    all.put("HOLDPOINT_HTTP_HOST", HOST);
    all.put("HOLDPOINT_MANAGEMENT_HOST", HOST);
    return all;
  }

  private static int port(int first, int number) {
    if (first == 0) {
      return FreePort.find();
    }
    if (first + number > LAST_PORT) {
      throw new StartException(
          "there is no port "
              + number
              + " behind "
              + first
              + "; set a lower HOLDPOINT_HTTP_PORT"
              + " and HOLDPOINT_MANAGEMENT_PORT");
    }
    return first + number;
  }

  /** To the balancer; without one to each node in turn. */
  DemoClient client() {
    DemoBalancer front = balancer;
    return new DemoClient(
        front == null ? nodes.stream().map(DemoServiceNode::url).toList() : List.of(front.url()));
  }

  void describe(PrintStream out) {
    DemoBalancer front = balancer;
    out.println(
        front == null
            ? "haproxy is not on the PATH: without a balancer, calls go to the nodes in turn"
            : "Holdpoint listens on " + front.url() + ", haproxy in front of");
    for (DemoServiceNode node : nodes) {
      out.println(
          "  " + node.url() + ", process " + node.pid() + ", " + node.managementUrl() + "/metrics");
    }
  }

  /** What to try, once an interrupt can be sent. */
  void invite(PrintStream out) {
    out.println("Any node takes any call. One that dies is missed by nobody:");
    out.println("  kill -9 " + nodes.get(0).pid());
  }

  /** Returns when no node is left. */
  void awaitEnd() {
    CompletableFuture.allOf(
            nodes.stream().map(DemoServiceNode::onExit).toArray(CompletableFuture[]::new))
        .join();
  }

  /** Ends the nodes as SIGTERM does, then what they worked with. */
  @Override
  public void close() {
    nodes.forEach(DemoServiceNode::terminate);
    nodes.forEach(DemoServiceNode::close);
    DemoBalancer front = balancer;
    if (front != null) {
      front.close();
    }
    EmbeddedServer database = server;
    if (database != null) {
      database.close();
    }
  }
}
