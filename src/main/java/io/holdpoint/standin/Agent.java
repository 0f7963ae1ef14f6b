package io.holdpoint.standin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * The one thread that brings the pipelines to what their files want, and ends them. Whoever asks
 * meanwhile sees every state on the way.
 */
final class Agent {
  private static final Duration QUICK = Duration.ofMillis(20);
  private static final long IDLE_LOOK_MILLIS = 100;

  private final Settings settings;
  private final PipelineFiles files;
  private final DataFolder data;
  private final Predicate<String> knownPlugin;
  private final Map<String, Pipeline> pipelines = new LinkedHashMap<>();
  private final Semaphore wake = new Semaphore(0);
  private volatile boolean stopping;
  private boolean converged;
  private long successes;
  private long failures;

  private record Attempt(Pipeline pipeline, PipelineConfig config, Set<String> plugins) {}

  /**
   * Everything at one moment.
   *
   * @param converged false until the first pipelines are attached
   */
  record View(boolean converged, long successes, long failures, List<PipelineView> pipelines) {}

  Agent(Settings settings, DataFolder data, Predicate<String> knownPlugin) {
    this.settings = settings;
    this.files = new PipelineFiles(settings);
    this.data = data;
    this.knownPlugin = knownPlugin;
  }

  /** Runs until somebody asks it to end, and returns the exit code. */
  int run() throws ConfigException, InterruptedException {
    boolean automatic = settings.flag("config.reload.automatic", false);
    pause("standin.attach", this::isStopping);
    if (!stopping) {
      converge(files.read());
    }
    if (!automatic && !stopping && noneCameUp()) {
      Console.log("ERROR", "No pipeline came up, and config.reload.automatic is off");
      return 1;
    }
    boolean exitsWhenIdle = !automatic && settings.flag("standin.exit_when_idle", false);
    Duration interval = settings.duration("config.reload.interval", Duration.ofSeconds(3));
    while (!stopping && !(exitsWhenIdle && noneRuns())) {
      boolean told = true;
      if (automatic || exitsWhenIdle) {
        long millis = automatic ? interval.toMillis() : IDLE_LOOK_MILLIS;
        told = wake.tryAcquire(millis, TimeUnit.MILLISECONDS);
      } else {
        wake.acquire();
      }
      wake.drainPermits();
      if (!stopping && (automatic || told)) {
        lookAgain();
      }
    }
    end();
    return 0;
  }

  void hangUp() {
    Console.log("WARN", "SIGHUP received.");
    wake.release();
  }

  /** Only asks; a second time changes nothing. */
  void stop() {
    Console.log("WARN", "SIGTERM received. Shutting down.");
    if (!stopping) {
      data.trace().add("stop", "asked");
    }
    stopping = true;
    wake.release();
  }

  synchronized View view() {
    List<PipelineView> views = pipelines.values().stream().map(Pipeline::view).toList();
    return new View(converged, successes, failures, views);
  }

  boolean isStopping() {
    return stopping;
  }

  private void lookAgain() {
    try {
      converge(files.read());
    } catch (ConfigException e) {
      Console.log("ERROR", "Could not fetch the configuration to converge: " + e.getMessage());
    }
  }

  private void converge(Map<String, PipelineConfig> wanted) {
    List<Attempt> attempts = attempts(wanted);
    List<Pipeline> removed = removed(wanted);
    List<Pipeline> leaving = new ArrayList<>(removed);
    attempts.forEach(attempt -> leaving.add(attempt.pipeline));
    List<Pipeline> blocked = those(leaving, Pipeline::isBlocked);
    drain(those(leaving, Pipeline::runs));
    awaitUnblocked(blocked);
    synchronized (this) {
      removed.forEach(Pipeline::removed);
      attempts.forEach(attempt -> attempt.pipeline.loading());
      converged = true;
    }
    if (!attempts.isEmpty()) {
      pause("standin.load", this::isStopping);
    }
    attempts.forEach(this::bringUp);
  }

  /** What differs and can be built; what cannot be built leaves the old pipeline alone. */
  private synchronized List<Attempt> attempts(Map<String, PipelineConfig> wanted) {
    List<Attempt> attempts = new ArrayList<>();
    for (PipelineConfig config : wanted.values()) {
      Pipeline pipeline = pipelines.computeIfAbsent(config.id(), Pipeline::new);
      if (!pipeline.differsFrom(config)) {
        continue;
      }
      try {
        attempts.add(new Attempt(pipeline, config, ConfigText.checked(config.text(), knownPlugin)));
      } catch (ConfigException e) {
        failures++;
        pipeline.refused(e.getMessage());
        data.trace().add("refuse", config.id());
        Console.log("ERROR", "Failed to execute action, id " + config.id() + ": " + e.getMessage());
      }
    }
    return attempts;
  }

  private synchronized List<Pipeline> removed(Map<String, PipelineConfig> wanted) {
    List<Pipeline> removed = new ArrayList<>();
    pipelines.forEach(
        (id, pipeline) -> {
          if (pipeline.isPresent() && !wanted.containsKey(id)) {
            removed.add(pipeline);
            data.trace().add("remove", id);
          }
        });
    return removed;
  }

  private synchronized void bringUp(Attempt attempt) {
    String id = attempt.config.id();
    Set<Misbehaviour> misbehaviours = EnumSet.noneOf(Misbehaviour.class);
    for (Misbehaviour misbehaviour : Misbehaviour.values()) {
      if (attempt.plugins.contains(misbehaviour.plugin())) {
        misbehaviours.add(misbehaviour);
      }
    }
    if (misbehaviours.contains(Misbehaviour.REGISTER_FAILS)) {
      failures++;
      attempt.pipeline.registerFailed(
          attempt.config, "Could not execute action: PipelineAction, action_result: false");
      data.trace().add("fail", id);
    } else if (attempt.pipeline.up(attempt.config, misbehaviours)) {
      successes++;
      data.trace().add("reload", id, attempt.config.hash());
    } else {
      data.trace().add("create", id, attempt.config.hash());
    }
  }

  /** Lets pipelines finish what they have. */
  private void drain(List<Pipeline> running) {
    if (!running.isEmpty()) {
      pause("standin.stop", () -> false);
    }
  }

  /** However long it takes: nothing but the other side's recovery or a SIGKILL ends this. */
  private void awaitUnblocked(List<Pipeline> blocked) {
    while (!blocked.isEmpty() && !data.unblocked()) {
      SystemClock.await(Duration.ofHours(1), data::unblocked);
    }
  }

  /** Pipelines go from the health report as they finish. */
  private void end() {
    List<Pipeline> all = List.copyOf(pipelines.values());
    List<Pipeline> blocked = those(all, Pipeline::isBlocked);
    drain(those(all, Pipeline::runs));
    synchronized (this) {
      all.stream().filter(pipeline -> !blocked.contains(pipeline)).forEach(Pipeline::removed);
    }
    awaitUnblocked(blocked);
    synchronized (this) {
      blocked.forEach(Pipeline::removed);
    }
    data.trace().add("stop", "done");
    Console.log("INFO", "Logstash shut down.");
  }

  private synchronized List<Pipeline> those(List<Pipeline> among, Predicate<Pipeline> which) {
    return among.stream().filter(which).toList();
  }

  private synchronized boolean noneCameUp() {
    return pipelines.values().stream().noneMatch(Pipeline::cameUp);
  }

  private synchronized boolean noneRuns() {
    return pipelines.values().stream().noneMatch(Pipeline::runs);
  }

  private void pause(String setting, BooleanSupplier earlier) {
    SystemClock.await(settings.duration(setting, QUICK), earlier);
  }
}
