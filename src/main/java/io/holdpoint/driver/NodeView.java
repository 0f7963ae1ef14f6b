package io.holdpoint.driver;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A node as its host and its API show it at one moment.
 *
 * @param up a process is there
 * @param answers its API answered; the members after {@code weak} mean nothing without
 * @param weak below 8.16, where the API knows no health: what it shows proves less
 * @param id the node's own, kept over restarts and upgrades
 * @param ephemeralId of the process: another one proves a restart
 * @param status the node's health: green, unknown, yellow or red
 * @param pipelines the present ones by id, without those that were removed and still show up
 * @param plugins version by name, as the process booted with them
 * @param reloadFailures failed reloads since the process started
 * @param detail one line for the operator
 */
public record NodeView(
    boolean up,
    boolean answers,
    boolean weak,
    @Nullable String id,
    @Nullable String version,
    @Nullable String ephemeralId,
    @Nullable String status,
    Map<String, PipelineView> pipelines,
    Map<String, String> plugins,
    long reloadFailures,
    String detail) {

  public NodeView {
    pipelines = Collections.unmodifiableMap(new TreeMap<>(pipelines));
    plugins = Collections.unmodifiableMap(new TreeMap<>(plugins));
  }

  /**
   * One pipeline of a node.
   *
   * @param state RUNNING, LOADING, FINISHED, TERMINATED or UNKNOWN; null where the API knows no
   *     health
   * @param hash of its text, comments included, settings not
   * @param ephemeralId of the running pipeline: another one proves a reload
   * @param batchDelay in ms
   * @param queueEvents waiting in its queue
   */
  public record PipelineView(
      @Nullable String state,
      String hash,
      String ephemeralId,
      int workers,
      int batchSize,
      long batchDelay,
      long reloadSuccesses,
      long reloadFailures,
      @Nullable String lastError,
      long eventsIn,
      long eventsOut,
      String queueType,
      long queueEvents) {

    PipelineView withCountersOf(PipelineView other) {
      return new PipelineView(
          state,
          hash,
          ephemeralId,
          workers,
          batchSize,
          batchDelay,
          other.reloadSuccesses,
          other.reloadFailures,
          other.lastError,
          eventsIn,
          eventsOut,
          queueType,
          queueEvents);
    }
  }

  /**
   * This view with the reload counters of another one: for a comparison that must not count what
   * failed before it.
   */
  public NodeView withCountersOf(NodeView other) {
    Map<String, PipelineView> counted = new TreeMap<>();
    pipelines.forEach(
        (id, pipeline) -> {
          PipelineView present = other.pipelines.get(id);
          counted.put(id, present == null ? pipeline : pipeline.withCountersOf(present));
        });
    return new NodeView(
        up,
        answers,
        weak,
        id,
        version,
        other.ephemeralId,
        status,
        counted,
        plugins,
        other.reloadFailures,
        detail);
  }

  /** A node of which nothing is known but its process. */
  static NodeView silent(ProcessState process, String detail) {
    return new NodeView(
        process.up(), false, false, null, null, null, null, Map.of(), Map.of(), 0, detail);
  }
}
