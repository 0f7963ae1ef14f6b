package io.holdpoint.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.auth.AccessKey;
import io.holdpoint.auth.Role;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.ChildProcess;
import io.holdpoint.testkit.ChildService;
import io.holdpoint.testkit.ChildService.Place;
import io.holdpoint.testkit.Endpoint;
import io.holdpoint.testkit.KeyIssuer;
import io.holdpoint.testkit.Knock.Heard;
import io.holdpoint.testkit.RoutedNetwork;
import io.holdpoint.testkit.StoppablePostgres;
import io.holdpoint.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Nodes on hosts of their own whose event buses are one, and a network that loses what passes
 * between them, or between them and the database, and tells nobody.
 */
final class PartitionedCluster implements Cluster {
  private static final int NODES = 3;
  private static final int PORT = 8080;
  private static final int MANAGEMENT_PORT = 9080;

  /** What the README promises of a cluster whose faults are over. */
  static final Duration WELL = Duration.ofSeconds(60);

  /** A member is given up after some 10 s. */
  private static final Duration GIVEN_UP = Duration.ofSeconds(15);

  private final RoutedNetwork network;
  private final Path folder;
  private final StoppablePostgres postgres;
  private final List<ChildService> nodes = new ArrayList<>();

  private PartitionedCluster(RoutedNetwork network, Path folder, StoppablePostgres postgres) {
    this.network = network;
    this.folder = folder;
    this.postgres = postgres;
  }

  /**
   * Returns when all nodes are ready and members; the test is skipped where there can be no such
   * network.
   */
  static PartitionedCluster start(Path directory) {
    RoutedNetwork network = RoutedNetwork.open(NODES);
    try {
      Path folder = network.folder(directory);
      PartitionedCluster cluster =
          new PartitionedCluster(
              network, folder, StoppablePostgres.at(RoutedNetwork.DATABASE, folder));
      try {
        cluster.startNodes();
        return cluster;
      } catch (RuntimeException | Error failure) {
        cluster.close();
        throw failure;
      }
    } catch (RuntimeException | Error failure) {
      network.close();
      throw failure;
    }
  }

  private void startNodes() {
    AccessKey key;
    try (KeyIssuer issuer = new KeyIssuer(database())) {
      key = issuer.add("default", "clients", Role.ADMINISTRATOR);
    }
    ClusterKeyStore keys = ClusterKeyStore.make(folder.resolve("cluster.p12"));
    for (int i = 0; i < NODES; i++) {
      Endpoint api = new Endpoint(network.address(i), PORT, key);
      Place place = new Place(network.within(i), api, MANAGEMENT_PORT);
      nodes.add(ChildService.start(place, ChildProcess.jar(), environment(i, keys)));
    }
    awaitWell(NODES - 1);
  }

  private Map<String, String> environment(int number, ClusterKeyStore keys) {
    Map<String, String> environment = new HashMap<>(ProxiedCluster.SETTINGS);
    environment.putAll(keys.environment());
    environment.put("HOLDPOINT_CLUSTER_HOST", network.address(number));
    environment.put("HOLDPOINT_CLUSTER_PORT", "7800");
    environment.put("HOLDPOINT_CLUSTER_BUS_PORT", "7802");
    environment.put(
        "HOLDPOINT_POSTGRES_URI", postgres.database().runtimeUriAt(RoutedNetwork.DATABASE));
    for (String entry : List.of(KeyIssuer.SIGNED, KeyIssuer.SEALING)) {
      String[] nameAndValue = entry.split("=", 2);
      environment.put(nameAndValue[0], nameAndValue[1]);
    }
    return environment;
  }

  @Override
  public TestDatabase database() {
    return postgres.database();
  }

  @Override
  public List<ChildService> nodes() {
    return List.copyOf(nodes);
  }

  /** A way of a node to somebody else that can be lost, there, back or both. */
  private final class Way {
    private final int node;
    private final String peer;
    private final int port;
    private final boolean there;
    private final boolean back;

    Way(int node, String peer, int port, boolean there, boolean back) {
      this.node = node;
      this.peer = peer;
      this.port = port;
      this.there = there;
      this.back = back;
    }

    void drop() {
      if (there) {
        network.drop(network.address(node), peer);
      }
      if (back) {
        network.drop(peer, network.address(node));
      }
      assertThat(network.knock(node, peer, port)).isEqualTo(Heard.SILENCE);
    }

    void pass() {
      if (there) {
        network.pass(network.address(node), peer);
      }
      if (back) {
        network.pass(peer, network.address(node));
      }
      assertThat(network.knock(node, peer, port)).isEqualTo(Heard.OPEN);
    }
  }

  @Override
  public List<Fault> faults() {
    return List.of(
        Fault.killed(nodes::get),
        Fault.frozen(nodes::get),
        cut("without the database", node -> List.of(database(node, true))),
        cut("without the database's replies", node -> List.of(database(node, false))),
        cut("without one other node", node -> List.of(other(node, 1, true))),
        cut("not heard by one other node", node -> List.of(other(node, 1, false))),
        withoutOtherNodes(),
        cut(
            "not heard by other nodes",
            node -> List.of(other(node, 1, false), other(node, 2, false))),
        withoutAnybody());
  }

  Fault withoutOtherNodes() {
    return cut("without other nodes", node -> List.of(other(node, 1, true), other(node, 2, true)));
  }

  Fault withoutAnybody() {
    return cut(
        "without anybody",
        node -> List.of(other(node, 1, true), other(node, 2, true), database(node, true)));
  }

  private Fault cut(String name, IntFunction<List<Way>> ways) {
    return new Fault(
        name,
        node -> ways.apply(node).forEach(Way::drop),
        node -> ways.apply(node).forEach(Way::pass));
  }

  private Way database(int node, boolean there) {
    return new Way(node, RoutedNetwork.DATABASE, postgres.port(), there, true);
  }

  private Way other(int node, int further, boolean back) {
    return new Way(node, network.address((node + further) % NODES), MANAGEMENT_PORT, true, back);
  }

  @Override
  public Duration longFault() {
    return GIVEN_UP;
  }

  /** For processes that shall not outlive this one. */
  Path folder() {
    return folder;
  }

  /** How many members a node sees. */
  long members(int number) {
    return (long) nodes.get(number).management().metric("holdpoint_cluster_members");
  }

  /** Whether it sees itself alone, and nobody else sees it. */
  boolean isGivenUp(int number) {
    return IntStream.range(0, NODES)
        .allMatch(node -> members(node) == (node == number ? 1 : NODES - 1));
  }

  @Override
  public void awaitWell(int number) {
    Await.until(WELL, "node " + number + " is ready", nodes.get(number)::ready);
    for (int i = 0; i < NODES; i++) {
      int node = i;
      Await.until(WELL, "node " + node + " sees all members", () -> members(node) == NODES);
    }
  }

  @Override
  public void close() {
    nodes.forEach(ChildService::close);
    postgres.close();
    network.close();
  }
}
