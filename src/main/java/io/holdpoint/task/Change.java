package io.holdpoint.task;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What somebody asked for; {@link ChangeDocument} is its form in JSON. */
public sealed interface Change {
  Rollout rollout();

  ChangeKind kind();

  /** Stops every node and brings it back. */
  record Restart(Rollout rollout) implements Change {
    @Override
    public ChangeKind kind() {
      return ChangeKind.RESTART;
    }
  }

  /**
   * Changes the settings files of every node and restarts it.
   *
   * @param values keys of {@code logstash.yml} by their dotted names; null removes one
   * @param files whole texts of {@code logstash.yml} or {@code jvm.options}; values go on top
   */
  record Settings(Rollout rollout, Map<String, @Nullable String> values, Map<String, String> files)
      implements Change {
    public static final String LOGSTASH_YML = "logstash.yml";
    public static final String JVM_OPTIONS = "jvm.options";

    public Settings {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
      files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    }

    @Override
    public ChangeKind kind() {
      return ChangeKind.SETTINGS;
    }
  }

  /**
   * Puts and removes pipelines; all others stay as they are.
   *
   * @param remove ids
   */
  record Pipelines(Rollout rollout, List<Pipeline> put, List<String> remove) implements Change {
    public Pipelines {
      put = List.copyOf(put);
      remove = List.copyOf(remove);
    }

    @Override
    public ChangeKind kind() {
      return ChangeKind.PIPELINES;
    }
  }

  /**
   * One pipeline.
   *
   * @param config its text in Logstash's own language
   * @param settings its other settings in {@code pipelines.yml}, such as {@code pipeline.workers}
   */
  record Pipeline(String id, String config, Map<String, Object> settings) {
    public Pipeline {
      settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }
  }

  /**
   * Installs and removes plug-ins, then restarts.
   *
   * @param remove names
   */
  record Plugins(Rollout rollout, List<Plugin> install, List<String> remove) implements Change {
    public Plugins {
      install = List.copyOf(install);
      remove = List.copyOf(remove);
    }

    @Override
    public ChangeKind kind() {
      return ChangeKind.PLUGINS;
    }
  }

  /**
   * One plug-in to install.
   *
   * @param version null takes the newest that fits
   * @param pack path of an offline pack on the node; null asks the plug-in source of the node
   */
  record Plugin(String name, @Nullable String version, @Nullable String pack) {}

  /**
   * Another version of Logstash, from a tar archive on the node, side by side with the present one.
   *
   * @param archive path on the node; its one top folder is the new home
   */
  record Version(Rollout rollout, String version, String archive) implements Change {
    @Override
    public ChangeKind kind() {
      return ChangeKind.VERSION;
    }
  }
}
