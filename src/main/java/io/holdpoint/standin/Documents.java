package io.holdpoint.standin;

import io.holdpoint.standin.PipelineView.Reloads;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What the API answers; null where there is nothing.
 *
 * @param plugins those that the process booted with
 */
record Documents(
    Identity identity, Settings settings, SortedMap<String, String> plugins, Agent agent) {

  /**
   * @param path without query and trailing slash
   */
  @Nullable Map<String, @Nullable Object> at(String path) {
    Agent.View view = agent.view();
    HealthReport health = new HealthReport(view);
    Map<String, @Nullable Object> document = header(health);
    String[] parts = path.split("/");
    String second = parts.length > 2 ? parts[2] : "";
    boolean found = true;
    if (path.isEmpty()) {
      document.putAll(
          Json.object(
              "build_date",
              "2026-01-01T00:00:00+00:00",
              "build_sha",
              "0000000000000000000000000000000000000000",
              "build_snapshot",
              false));
    } else if (path.equals("/_health_report") && knowsHealth()) {
      document.putAll(health.body());
      if (identity.version().isAtLeast(9, 6)) {
        document.put("timestamp", SystemClock.now().toString());
      }
    } else if (path.equals("/_node/plugins")) {
      List<Map<String, @Nullable Object>> list =
          plugins.entrySet().stream()
              .map(plugin -> Json.object("name", plugin.getKey(), "version", plugin.getValue()))
              .toList();
      document.put("total", list.size());
      document.put("plugins", list);
    } else if (path.equals("/_node/hot_threads")) {
      document.put("hot_threads", new HotThreads(identity, view).document());
    } else if (path.equals("/_node/stats") || path.startsWith("/_node/stats/")) {
      found = select(document, stats(view), parts, 3);
    } else if (path.equals("/_node") || (path.startsWith("/_node/") && !second.isEmpty())) {
      found = select(document, node(view), parts, 2);
    } else {
      found = false;
    }
    return found ? document : null;
  }

  String hotThreads() {
    return new HotThreads(identity, agent.view()).text();
  }

  /** All sections, the named one, or of the named one the named pipeline. */
  private static boolean select(
      Map<String, @Nullable Object> document,
      Map<String, @Nullable Object> sections,
      String[] parts,
      int at) {
    if (parts.length <= at) {
      document.putAll(sections);
      return true;
    }
    Object section = sections.get(parts[at]);
    if (section instanceof Map<?, ?> pipelines && parts.length == at + 2) {
      Object pipeline = pipelines.get(parts[at + 1]);
      document.put(parts[at], Json.object(parts[at + 1], pipeline));
      return pipeline != null && parts[at].equals("pipelines");
    }
    document.put(parts[at], section);
    return section != null && parts.length == at + 1;
  }

  private Map<String, @Nullable Object> header(HealthReport health) {
    return Json.object(
        "host",
        identity.host(),
        "version",
        identity.version().text(),
        "http_address",
        "127.0.0.1:" + settings.count("api.http.port", 9600),
        "id",
        identity.id(),
        "name",
        identity.name(),
        "ephemeral_id",
        identity.ephemeralId(),
        "snapshot",
        false,
        "status",
        knowsHealth() ? health.status() : "green",
        "pipeline",
        Json.object(
            "workers",
            settings.count("pipeline.workers", Runtime.getRuntime().availableProcessors()),
            "batch_size",
            settings.count("pipeline.batch.size", 125),
            "batch_delay",
            settings.count("pipeline.batch.delay", 50)));
  }

  private boolean knowsHealth() {
    return identity.version().isAtLeast(8, 16);
  }

  private Map<String, @Nullable Object> node(Agent.View view) {
    Map<String, @Nullable Object> pipelines = new LinkedHashMap<>();
    view.pipelines().forEach(pipeline -> pipelines.put(pipeline.id(), node(pipeline)));
    return Json.object(
        "pipelines",
        pipelines,
        "os",
        Json.object(
            "name",
            System.getProperty("os.name"),
            "arch",
            System.getProperty("os.arch"),
            "version",
            System.getProperty("os.version"),
            "available_processors",
            Runtime.getRuntime().availableProcessors()),
        "jvm",
        Json.object(
            "pid",
            ProcessHandle.current().pid(),
            "version",
            System.getProperty("java.version"),
            "start_time_in_millis",
            SystemClock.startedMillis(),
            "mem",
            Json.object("heap_max_in_bytes", settings.heapMax())));
  }

  private Map<String, @Nullable Object> node(PipelineView pipeline) {
    PipelineConfig config = pipeline.shown();
    if (config == null) {
      return Json.object();
    }
    Map<String, @Nullable Object> document =
        Json.object(
            "ephemeral_id",
            pipeline.ephemeralId(),
            "hash",
            config.hash(),
            "workers",
            config.workers(),
            "batch_size",
            config.batchSize(),
            "batch_delay",
            config.batchDelay());
    if (!identity.version().isAtLeast(9, 3)) {
      Duration interval = settings.duration("config.reload.interval", Duration.ofSeconds(3));
      document.put("config_reload_automatic", settings.flag("config.reload.automatic", false));
      document.put("config_reload_interval", interval.toNanos());
    }
    document.put("dead_letter_queue_enabled", settings.flag("dead_letter_queue.enable", false));
    return document;
  }

  private Map<String, @Nullable Object> stats(Agent.View view) {
    Map<String, @Nullable Object> pipelines = new LinkedHashMap<>();
    long in = 0;
    long out = 0;
    for (PipelineView pipeline : view.pipelines()) {
      pipelines.put(pipeline.id(), stats(pipeline));
      in += pipeline.events().in();
      out += pipeline.events().out();
    }
    return Json.object(
        "jvm",
        Json.object(
            "uptime_in_millis",
            SystemClock.now().toEpochMilli() - SystemClock.startedMillis(),
            "mem",
            Json.object("heap_max_in_bytes", settings.heapMax())),
        "events",
        Json.object("in", in, "filtered", out, "out", out),
        "reloads",
        Json.object("successes", view.successes(), "failures", view.failures()),
        "pipelines",
        pipelines);
  }

  private static Map<String, @Nullable Object> stats(PipelineView pipeline) {
    PipelineConfig config = pipeline.shown();
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    if (config != null) {
      document.put(
          "events",
          Json.object(
              "in",
              pipeline.events().in(),
              "filtered",
              pipeline.events().out(),
              "out",
              pipeline.events().out()));
    }
    document.put("reloads", stats(pipeline.reloads()));
    if (config != null) {
      document.put(
          "queue",
          Json.object("type", config.queueType(), "events_count", pipeline.events().queued()));
      document.put("hash", config.hash());
      document.put("ephemeral_id", pipeline.ephemeralId());
    }
    return document;
  }

  private static Map<String, @Nullable Object> stats(Reloads reloads) {
    String error = reloads.lastError();
    return Json.object(
        "successes",
        reloads.successes(),
        "failures",
        reloads.failures(),
        "last_error",
        error == null ? null : Json.object("message", error, "backtrace", List.of()),
        "last_success_timestamp",
        reloads.lastSuccess(),
        "last_failure_timestamp",
        reloads.lastFailure());
  }
}
