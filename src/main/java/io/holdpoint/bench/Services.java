package io.holdpoint.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The services that are measured, all on one database. */
final class Services {
  /** As soon as may be: tokens of the benchmark are some days old. */
  private static final Map<String, String> PURGING =
      Map.of("HOLDPOINT_TOKEN_RETENTION", "24h", "HOLDPOINT_COMMANDS_PURGE_INTERVAL", "1s");

  private final String databaseUri;
  private final Path directory;
  private final Consumer<Runnable> started;
  private final List<ProcessHandle> handles = new ArrayList<>();
  private final List<ServiceProcess> further = new ArrayList<>();
  private final List<ServiceProcess> clustered = new ArrayList<>();
  private final ServiceProcess signed;
  private final long startMillis;
  private ServiceProcess unsigned;
  private @Nullable BenchCluster cluster;

  /**
   * Starts one that asks for signatures and one that does not.
   *
   * @param directory for the key of a cluster
   * @param started is told how to end each
   */
  Services(String databaseUri, Path directory, Consumer<Runnable> started) {
    this.databaseUri = databaseUri;
    this.directory = directory;
    this.started = started;
    unsigned = start(false, Map.of());
    startMillis = unsigned.startMillis();
    signed = start(true, Map.of());
  }

  private ServiceProcess start(boolean asksForSignature, Map<String, String> settings) {
    ServiceProcess service = new ServiceProcess(databaseUri, asksForSignature, settings);
    started.accept(service::close);
    handles.add(service.handle());
    return service;
  }

  /** From now on unsigned requests go to a service that purges old tokens meanwhile. */
  void purge() {
    unsigned = start(false, PURGING);
  }

  /** Those that a scenario is for, started when they are not there yet; none for the raw line. */
  List<ServiceProcess> of(Scenario scenario) {
    if (scenario.raw()) {
      return List.of();
    }
    if (scenario.clustered()) {
      return cluster(scenario.nodes());
    }
    List<ServiceProcess> nodes = new ArrayList<>();
    nodes.add(scenario.scheme() == null ? unsigned : signed);
    while (further.size() < scenario.nodes() - 1) {
      further.add(start(false, Map.of()));
    }
    nodes.addAll(further.subList(0, scenario.nodes() - 1));
    return nodes;
  }

  /** All members get each event, so there are never more of them than have load. */
  private List<ServiceProcess> cluster(int nodes) {
    if (clustered.size() > nodes) {
      endCluster();
    }
    BenchCluster joined = cluster;
    if (joined == null) {
      joined = new BenchCluster(directory.resolve("cluster.p12"));
      cluster = joined;
    }
    while (clustered.size() < nodes) {
      clustered.add(start(false, joined.settings()));
    }
    return List.copyOf(clustered);
  }

  /** Its nodes would have their share of the machine in what comes now. */
  void endCluster() {
    clustered.forEach(ServiceProcess::close);
    clustered.clear();
  }

  List<ProcessHandle> handles() {
    return List.copyOf(handles);
  }

  long startMillis() {
    return startMillis;
  }
}
