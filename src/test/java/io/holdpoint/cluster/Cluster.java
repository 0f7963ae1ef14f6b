package io.holdpoint.cluster;

import io.holdpoint.testkit.ChildService;
import io.holdpoint.testkit.FaultProxy;
import io.holdpoint.testkit.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Nodes on one database, each with a way of its own to it, and what can happen to them. */
final class Cluster implements AutoCloseable {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "HOLDPOINT_LOG_LEVEL", "ERROR",
          "HOLDPOINT_SIMULATED_STOP", "4s",
          "HOLDPOINT_SIMULATED_START", "4s",
          "HOLDPOINT_STREAM_PUBLISH_PAUSE", "10ms");

  private final List<FaultProxy> ways = new ArrayList<>();
  private final List<ChildService> nodes = new ArrayList<>();

  /**
   * @param jars one a node
   */
  Cluster(TestDatabase database, List<Path> jars) {
    for (Path jar : jars) {
      FaultProxy way = new FaultProxy(database.port());
      ways.add(way);
      Map<String, String> environment = new HashMap<>(SETTINGS);
      environment.put("HOLDPOINT_POSTGRES_URI", database.runtimeUriAt(way.port()));
      nodes.add(ChildService.start(jar, environment));
    }
  }

  int size() {
    return nodes.size();
  }

  List<ChildService> nodes() {
    return List.copyOf(nodes);
  }

  ChildService node(int number) {
    return nodes.get(number);
  }

  /** What can happen to a node; each has a way back. */
  enum Fault {
    KILLED,
    FROZEN,
    CUT_OFF,
    CONNECTIONS_RESET
  }

  void begin(Fault fault, int number) {
    switch (fault) {
      case KILLED -> nodes.get(number).kill();
      case FROZEN -> signal("STOP", number);
      case CUT_OFF -> ways.get(number).blackHole();
      case CONNECTIONS_RESET -> ways.get(number).cut();
    }
  }

  /** Returns when the node is ready again, however long that takes within a test's patience. */
  void end(Fault fault, int number) {
    switch (fault) {
      case KILLED -> nodes.get(number).startAgain();
      case FROZEN -> signal("CONT", number);
      case CUT_OFF, CONNECTIONS_RESET -> ways.get(number).pass();
    }
  }

  private void signal(String name, int number) {
    long pid = nodes.get(number).child().process().pid();
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    ways.forEach(FaultProxy::pass);
    nodes.forEach(ChildService::close);
    ways.forEach(FaultProxy::close);
  }
}
