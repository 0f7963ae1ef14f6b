package io.holdpoint.driver;

import io.holdpoint.driver.NodeException.Kind;
import io.holdpoint.driver.SimulatedPipelines.Definition;
import io.holdpoint.task.NodeLayout;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One simulated process; its state is a function of what was asked of it, its files and the time.
 * All times are nanoseconds of one clock. Not thread-safe.
 */
final class SimulatedNode {
  private enum Phase {
    UP,
    STOPPING,
    DOWN,
    STARTING
  }

  /**
   * What the process read when it started, and its pipelines since.
   *
   * @param id of the node, from its data directory
   * @param values of {@code logstash.yml}
   */
  record Loaded(
      String id,
      String version,
      String ephemeralId,
      Map<String, String> values,
      Map<String, String> plugins,
      SimulatedPipelines pipelines) {

    boolean reloadsByItself() {
      return "true".equals(values.get("config.reload.automatic"));
    }
  }

  private final NodeLayout layout;
  private final SimulatedFiles files;
  private Phase phase = Phase.UP;
  private @Nullable Loaded loaded;
  private String ephemeralId = UUID.randomUUID().toString();
  private String end = "";
  private long pid = 4_000;
  private long since;
  private long duration;
  private int starts;
  private boolean startFails;

  /** A process that runs already. */
  SimulatedNode(NodeLayout layout, SimulatedFiles files, long now) {
    this.layout = layout;
    this.files = files;
    loaded = load(now);
  }

  ProcessState probe(long now) {
    advance(now);
    return switch (phase) {
      case UP -> new ProcessState(true, pid, "running");
      case STOPPING -> new ProcessState(true, pid, "draining, SIGTERM was sent");
      case STARTING -> new ProcessState(true, pid, "starting");
      case DOWN -> new ProcessState(false, null, end);
    };
  }

  /** A second SIGTERM changes nothing. */
  void stop(long now, long nanos) {
    advance(now);
    if (phase == Phase.UP || phase == Phase.STARTING) {
      enter(Phase.STOPPING, now, nanos);
    }
  }

  /** Starting what runs already changes nothing. */
  void start(long now, long nanos, int failures) {
    advance(now);
    if (phase == Phase.DOWN) {
      starts++;
      pid++;
      ephemeralId = UUID.randomUUID().toString();
      loaded = load(now);
      startFails = starts <= failures || loaded == null;
      enter(Phase.STARTING, now, nanos);
    }
  }

  void signal(NodeSignal signal, long now) {
    advance(now);
    if (signal == NodeSignal.KILL && phase != Phase.DOWN) {
      phase = Phase.DOWN;
      end = "killed by SIGKILL";
    } else if (signal == NodeSignal.HUP && phase == Phase.UP) {
      reload(now);
    }
  }

  /**
   * @throws NodeException when nothing listens
   */
  ApiReply get(String path, long now) {
    advance(now);
    // The API of a real one is up before its pipelines are.
    boolean listens =
        phase == Phase.STARTING ? !startFails && now - since >= duration / 2 : phase != Phase.DOWN;
    if (!listens || loaded == null) {
      throw new NodeException(Kind.UNREACHABLE, "the API refuses the connection");
    }
    if (phase == Phase.UP && loaded.reloadsByItself()) {
      reload(now);
    }
    return new SimulatedApi(loaded, phase == Phase.STARTING, now).reply(path);
  }

  private void reload(long now) {
    List<Definition> definitions;
    try {
      definitions = SimulatedSettings.pipelines(files, layout.pathSettings());
    } catch (IllegalArgumentException e) {
      return; // As a real one: it logs an error and goes on with what it has.
    }
    if (loaded != null) {
      loaded.pipelines().reload(definitions, now);
    }
  }

  /** Null when a process would end with these files, for want of anything to run. */
  private @Nullable Loaded load(long now) {
    String version = SimulatedHome.version(files, layout.home());
    if (version == null) {
      return null;
    }
    try {
      Map<String, String> values = SimulatedSettings.values(files, layout.pathSettings());
      SimulatedPipelines pipelines =
          new SimulatedPipelines(SimulatedSettings.pipelines(files, layout.pathSettings()), now);
      Loaded read =
          new Loaded(
              nodeId(),
              version,
              ephemeralId,
              values,
              SimulatedHome.plugins(files, layout.home()),
              pipelines);
      boolean none = pipelines.present().values().stream().allMatch(p -> p.running() == null);
      return none && !read.reloadsByItself() ? null : read;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private String nodeId() {
    String file = layout.pathData() + "/uuid";
    if (files.read(file) == null) {
      files.write(file, UUID.randomUUID().toString());
    }
    return files.text(file);
  }

  private void advance(long now) {
    if (now - since < duration) {
      return;
    }
    if (phase == Phase.STOPPING) {
      phase = Phase.DOWN;
      end = "exited with 0";
    } else if (phase == Phase.STARTING && startFails) {
      phase = Phase.DOWN;
      end = "exited with 1 while starting";
    } else if (phase == Phase.STARTING) {
      phase = Phase.UP;
    }
  }

  private void enter(Phase next, long now, long nanos) {
    phase = next;
    since = now;
    duration = nanos;
  }
}
