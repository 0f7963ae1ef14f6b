package io.holdpoint.driver;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The pipelines of one simulated process. A word in a pipeline's text makes it behave as bad ones
 * do: {@code syntax_error} and {@code register_error} fail to load, before and after the old one is
 * stopped; {@code worker_crash} ends it; {@code port_taken} lets no event in. Not thread-safe.
 */
final class SimulatedPipelines {
  private static final long EVENTS_PER_SECOND = 100;

  /**
   * One pipeline as {@code pipelines.yml} and its files say.
   *
   * @param settings those beside its text
   */
  record Definition(String id, String text, Map<String, String> settings) {
    boolean loads() {
      return !text.contains("syntax_error") && !text.contains("register_error");
    }

    String hash() {
      return FileState.hash(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** One pipeline as it runs, or does not. */
  static final class Pipeline {
    private Definition asked;
    private @Nullable Definition running;
    private String state = "UNKNOWN";
    private String ephemeralId = "";
    private long since;
    private long successes;
    private long failures;
    private @Nullable String lastError;

    private Pipeline(Definition asked) {
      this.asked = asked;
    }

    /** What is, or last was, loaded; null when it never was. */
    @Nullable Definition running() {
      return running;
    }

    String state() {
      return state;
    }

    String ephemeralId() {
      return ephemeralId;
    }

    long successes() {
      return successes;
    }

    long failures() {
      return failures;
    }

    @Nullable String lastError() {
      return lastError;
    }

    long events(long now) {
      return !state.equals("RUNNING") || running == null || running.text().contains("port_taken")
          ? 0
          : (now - since) / 1_000_000 * EVENTS_PER_SECOND / 1_000;
    }

    private void load(Definition definition, long now) {
      running = definition;
      ephemeralId = UUID.randomUUID().toString();
      since = now;
      state = definition.text().contains("worker_crash") ? "TERMINATED" : "RUNNING";
    }
  }

  private final Map<String, Pipeline> present = new TreeMap<>();
  private final Map<String, Pipeline> ghosts = new TreeMap<>();
  private long successes;
  private long failures;

  SimulatedPipelines(List<Definition> definitions, long now) {
    definitions.forEach(definition -> create(definition, now));
  }

  /** What the health report knows. */
  Map<String, Pipeline> present() {
    return present;
  }

  /** The present ones and those that were removed since the start. */
  Map<String, Pipeline> everShown() {
    Map<String, Pipeline> all = new TreeMap<>(ghosts);
    all.putAll(present);
    return all;
  }

  long successes() {
    return successes;
  }

  long failures() {
    return failures;
  }

  /** What SIGHUP does, and auto reload each interval: only what changed is touched. */
  void reload(List<Definition> definitions, long now) {
    Map<String, Definition> wanted = new TreeMap<>();
    definitions.forEach(definition -> wanted.put(definition.id(), definition));
    present.forEach(
        (id, pipeline) -> {
          if (!wanted.containsKey(id)) {
            ghosts.put(id, pipeline);
          }
        });
    present.keySet().retainAll(wanted.keySet());
    for (Definition definition : wanted.values()) {
      Pipeline pipeline = present.get(definition.id());
      if (pipeline == null) {
        create(definition, now);
      } else if (!definition.equals(pipeline.asked)) {
        reload(pipeline, definition, now);
      }
    }
  }

  private void create(Definition definition, long now) {
    Pipeline pipeline = new Pipeline(definition);
    present.put(definition.id(), pipeline);
    if (definition.loads()) {
      pipeline.load(definition, now);
    } else {
      fail(pipeline);
    }
  }

  private void reload(Pipeline pipeline, Definition definition, long now) {
    pipeline.asked = definition;
    if (definition.equals(pipeline.running) && !pipeline.state.equals("UNKNOWN")) {
      return;
    }
    if (definition.loads()) {
      pipeline.load(definition, now);
      pipeline.successes++;
      successes++;
      return;
    }
    fail(pipeline);
    if (definition.text().contains("register_error")) {
      pipeline.state = "UNKNOWN";
    }
  }

  private void fail(Pipeline pipeline) {
    failures++;
    pipeline.failures++;
    pipeline.lastError =
        pipeline.asked.text().contains("syntax_error")
            ? "Expected one of [ \\t\\r\\n], \"#\", \"input\", \"filter\", \"output\" at syntax_error"
            : "Could not execute action: PipelineAction::Reload<" + pipeline.asked.id() + ">";
  }
}
