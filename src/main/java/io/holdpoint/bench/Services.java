package io.holdpoint.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The services that are measured, all on one database. */
final class Services {
  /** As soon as may be: tokens of the benchmark are some days old. */
  private static final Map<String, String> PURGING =
      Map.of("HOLDPOINT_TOKEN_RETENTION", "24h", "HOLDPOINT_COMMANDS_PURGE_INTERVAL", "1s");

  private final String databaseUri;
  private final Consumer<Runnable> started;
  private final List<ProcessHandle> handles = new ArrayList<>();
  private final List<ServiceProcess> further = new ArrayList<>();
  private final ServiceProcess signed;
  private final long startMillis;
  private ServiceProcess unsigned;

  /**
   * Starts one that asks for signatures and one that does not.
   *
   * @param started is told how to end each
   */
  Services(String databaseUri, Consumer<Runnable> started) {
    this.databaseUri = databaseUri;
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
    List<ServiceProcess> nodes = new ArrayList<>();
    nodes.add(scenario.scheme() == null ? unsigned : signed);
    while (further.size() < scenario.nodes() - 1) {
      further.add(start(false, Map.of()));
    }
    nodes.addAll(further.subList(0, scenario.nodes() - 1));
    return nodes;
  }

  List<ProcessHandle> handles() {
    return List.copyOf(handles);
  }

  long startMillis() {
    return startMillis;
  }
}
