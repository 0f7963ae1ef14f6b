package io.holdpoint.driver;

import io.holdpoint.driver.Judgement.Verdict;
import io.holdpoint.driver.NodeView.PipelineView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The predicate "this node is good": what it shows now against what it showed before a change and
 * what the change wants. Pure; the caller looks twice, some time apart.
 */
public final class Goodness {
  /** From best to worst, as Logstash orders them. */
  private static final List<String> STATUSES = List.of("green", "unknown", "yellow", "red");

  private Goodness() {}

  /**
   * What cannot come by itself any more is said before what may still come; within each, the first
   * that is amiss.
   *
   * @param before the node before the change, its baseline; one that did not answer demands
   *     nothing, so that only what is wanted counts
   */
  public static Judgement judge(NodeView now, NodeView before, Wanted wanted) {
    boolean fresh = before.ephemeralId() != null && !before.ephemeralId().equals(now.ephemeralId());
    Judgement process = process(now, before, wanted, fresh);
    if (process.verdict() != Verdict.GOOD) {
      return process;
    }
    List<Judgement> findings =
        new ArrayList<>(new PipelineGoodness(now, before, wanted, fresh).findings());
    plugins(now, wanted, fresh, findings);
    status(now, before, findings);
    return findings.stream()
        .filter(finding -> finding.verdict() == Verdict.BAD)
        .findFirst()
        .or(() -> findings.stream().findFirst())
        .orElseGet(Judgement::good);
  }

  /**
   * Whether events went through the node between two looks. False when none did, as with an input
   * that cannot open its port while everything is green, and when a queue grew of which nothing
   * went out.
   */
  public static boolean flows(NodeView earlier, NodeView now) {
    boolean moved = false;
    for (Map.Entry<String, PipelineView> entry : now.pipelines().entrySet()) {
      PipelineView pipeline = entry.getValue();
      PipelineView known = earlier.pipelines().get(entry.getKey());
      boolean same = known != null && known.ephemeralId().equals(pipeline.ephemeralId());
      boolean in = pipeline.eventsIn() > (same ? known.eventsIn() : 0);
      boolean out = pipeline.eventsOut() > (same ? known.eventsOut() : 0);
      boolean grew = known != null && pipeline.queueEvents() > known.queueEvents();
      if (grew && !out) {
        return false;
      }
      moved |= out || in;
    }
    return moved;
  }

  private static Judgement process(NodeView now, NodeView before, Wanted wanted, boolean fresh) {
    if (!now.up()) {
      return Judgement.bad("not running: " + now.detail());
    }
    if (!now.answers()) {
      return Judgement.wait("its API is silent: " + now.detail());
    }
    if (before.id() != null && !before.id().equals(now.id())) {
      return Judgement.bad("another node answers: id " + now.id() + ", expected " + before.id());
    }
    if (wanted.restarted() && before.ephemeralId() != null && !fresh) {
      return Judgement.wait("still the old process");
    }
    String version = wanted.version() == null ? before.version() : wanted.version();
    return version == null || version.equals(now.version())
        ? Judgement.good()
        : amiss("version " + now.version() + " runs, expected " + version, fresh);
  }

  private static void plugins(
      NodeView now, Wanted wanted, boolean fresh, List<Judgement> findings) {
    wanted
        .plugins()
        .forEach(
            (name, version) -> {
              String present = now.plugins().get(name);
              if (present == null) {
                findings.add(amiss("plug-in " + name + " is missing", fresh));
              } else if (!version.isEmpty() && !version.equals(present)) {
                findings.add(
                    amiss("plug-in " + name + " is " + present + ", expected " + version, fresh));
              }
            });
    for (String name : wanted.removedPlugins()) {
      if (now.plugins().containsKey(name)) {
        findings.add(amiss("plug-in " + name + " is still there", fresh));
      }
    }
  }

  /**
   * Red is no failure by itself: it may be mere back-pressure, with all pipelines running. Without
   * health there is no status, and nothing to wait for.
   */
  private static void status(NodeView now, NodeView before, List<Judgement> findings) {
    if (rank(now.status()) > Math.max(0, rank(before.status()))) {
      findings.add(
          Judgement.wait(
              "its status is "
                  + now.status()
                  + (before.status() == null ? "" : ", before it was " + before.status())));
    }
  }

  static int rank(@Nullable String status) {
    if (status == null) {
      return -1;
    }
    int rank = STATUSES.indexOf(status);
    return rank < 0 ? STATUSES.size() : rank;
  }

  /** What only a new process can put right is hopeless once there is one. */
  private static Judgement amiss(String reason, boolean fresh) {
    return fresh ? Judgement.bad(reason) : Judgement.wait(reason);
  }
}
