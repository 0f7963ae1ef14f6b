package io.holdpoint.cluster;

import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.ChildService;
import io.holdpoint.testkit.FaultProxy;
import io.holdpoint.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Nodes of this machine that know nothing of each other, each with a way of its own to the
 * database.
 */
final class ProxiedCluster implements Cluster {
  /** Of every node under faults: its tasks take longer than a run. */
  static final Map<String, String> SETTINGS =
      Map.of(
          "HOLDPOINT_LOG_LEVEL", "ERROR",
          "HOLDPOINT_SIMULATED_STOP", "4s",
          "HOLDPOINT_SIMULATED_START", "4s",
          "HOLDPOINT_STREAM_PUBLISH_PAUSE", "10ms");

  private static final Duration WELL = Duration.ofSeconds(30);

  private final TestDatabase database;
  private final List<FaultProxy> ways = new ArrayList<>();
  private final List<ChildService> nodes = new ArrayList<>();

  /**
   * @param jars one a node
   */
  ProxiedCluster(TestDatabase database, List<Path> jars) {
    this.database = database;
    for (Path jar : jars) {
      FaultProxy way = new FaultProxy(database.port());
      ways.add(way);
      Map<String, String> environment = new HashMap<>(SETTINGS);
      environment.put("HOLDPOINT_POSTGRES_URI", database.runtimeUriAt(way.port()));
      nodes.add(ChildService.start(jar, environment));
    }
  }

  @Override
  public TestDatabase database() {
    return database;
  }

  @Override
  public List<ChildService> nodes() {
    return List.copyOf(nodes);
  }

  @Override
  public List<Fault> faults() {
    return List.of(
        Fault.killed(nodes::get),
        Fault.frozen(nodes::get),
        new Fault(
            "cut off", number -> ways.get(number).blackHole(), number -> ways.get(number).pass()),
        new Fault("reset", number -> ways.get(number).cut(), number -> ways.get(number).pass()));
  }

  @Override
  public Duration longFault() {
    return Duration.ZERO;
  }

  @Override
  public void awaitWell(int number) {
    Await.until(WELL, "node " + number + " is ready", nodes.get(number)::ready);
  }

  @Override
  public void close() {
    ways.forEach(FaultProxy::pass);
    nodes.forEach(ChildService::close);
    ways.forEach(FaultProxy::close);
  }
}
