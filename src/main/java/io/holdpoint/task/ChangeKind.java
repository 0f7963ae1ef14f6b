package io.holdpoint.task;

/** The kinds of change that the engine carries out; the words of {@code tasks.change}. */
public enum ChangeKind implements Term {
  RESTART,
  /** {@code logstash.yml} and {@code jvm.options}: read at start, so it restarts. */
  SETTINGS,
  /** Pipelines added, replaced or removed: loaded by a reload, without a restart. */
  PIPELINES,
  PLUGINS,
  /** Another version of Logstash, unpacked beside the present one. */
  VERSION
}
