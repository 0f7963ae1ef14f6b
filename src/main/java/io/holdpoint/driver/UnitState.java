package io.holdpoint.driver;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A systemd unit, as {@code systemctl show} tells it by lines of {@code Name=value}. */
record UnitState(Map<String, String> properties) {
  private static final Set<String> PRESENT = Set.of("active", "reloading");

  UnitState {
    properties = Map.copyOf(properties);
  }

  static UnitState parse(String shown) {
    Map<String, String> properties = new HashMap<>();
    shown
        .lines()
        .filter(line -> line.indexOf('=') > 0)
        .forEach(
            line ->
                properties.put(
                    line.substring(0, line.indexOf('=')),
                    line.substring(line.indexOf('=') + 1).strip()));
    return new UnitState(properties);
  }

  boolean known() {
    return !of("LoadState").equals("not-found");
  }

  boolean inactive() {
    return of("ActiveState").equals("inactive");
  }

  long pid() {
    String pid = of("MainPID");
    return pid.matches("\\d{1,18}") ? Long.parseLong(pid) : 0;
  }

  /**
   * Also from the moment a start was asked for, before there is a process; but not between two
   * attempts of a unit that restarts by itself.
   */
  boolean up() {
    String active = of("ActiveState");
    return pid() > 0
        || active.equals("inactive") && of("Job").matches("[1-9]\\d*")
        || PRESENT.contains(active) && !of("SubState").equals("exited")
        || active.equals("activating") && !of("SubState").equals("auto-restart");
  }

  /** Whether a stop may take as long as it takes. */
  boolean stopsPatiently() {
    return of("TimeoutStopUSec").equals("infinity");
  }

  String stopTimeout() {
    return of("TimeoutStopUSec");
  }

  String describe(String unit) {
    return known()
        ? "unit %s: %s (%s), MainPID %s, NRestarts %s, ExecMainStatus %s, stop time-out %s"
            .formatted(
                unit,
                of("ActiveState"),
                of("SubState"),
                of("MainPID"),
                of("NRestarts"),
                of("ExecMainStatus"),
                stopTimeout())
        : "unit " + unit + " is not there";
  }

  private String of(String name) {
    return properties.getOrDefault(name, "unknown");
  }
}
