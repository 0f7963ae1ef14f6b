package io.holdpoint.standin;

import io.holdpoint.bench.FreePort;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.StandInProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One node with its folders, as a test sets it up. */
final class StandInFixture implements AutoCloseable {
  static final String GOOD = "input { generator {} }\nfilter { mutate {} }\noutput { null {} }\n";
  static final String OTHER = GOOD.replace("mutate", "json");
  static final String BROKEN = "input { generator {} }\noutput { null {}\n";
  static final String REGISTER_FAILS = GOOD.replace("mutate", "register_fails");
  static final String PORT_TAKEN = GOOD.replace("generator", "port_taken");
  static final String CRASH = GOOD.replace("mutate", "crash");
  static final String BLOCKED = GOOD.replace("null", "blocked");
  static final String VERSION = "8.19.3";

  final Path home;
  final Path settings;
  final Path data;
  final int port = FreePort.find();
  private final Map<String, String> yml = new HashMap<>();
  private final Map<String, String> pipelines = new HashMap<>(Map.of("main", GOOD));
  private final List<StandInProcess> processes = new ArrayList<>();

  StandInFixture(Path folder, String version) {
    home = make(folder.resolve("logstash-" + version), version);
    settings = folder.resolve("etc");
    data = folder.resolve("data");
  }

  StandInFixture(Path folder) {
    this(folder, VERSION);
  }

  static Path make(Path home, String version) {
    try {
      return StandInHome.create(home, version, StandInHome.javaCommand());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  StandInFixture reloading() {
    return with("config.reload.automatic", "true").with("config.reload.interval", "50ms");
  }

  StandInFixture with(String key, String value) {
    yml.put(key, value);
    return this;
  }

  StandInFixture pipeline(String id, String text) {
    pipelines.put(id, text);
    return this;
  }

  void write() {
    try {
      StandInHome.settings(settings, port, yml, pipelines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  StandInProcess launch() {
    return launchFrom(home);
  }

  StandInProcess launchFrom(Path from, String... more) {
    return launchOn(from, data, more);
  }

  StandInProcess launchOn(Path from, Path pathData, String... more) {
    write();
    return opened(StandInProcess.launch(from, settings, pathData, port, more));
  }

  StandInProcess opened(StandInProcess process) {
    processes.add(process);
    return process;
  }

  /** Started, and every pipeline settled. */
  StandInProcess settled() {
    StandInProcess node = launch().answering();
    until("the node settles", () -> !health(node).isEmpty() && !states(node).contains("LOADING"));
    return node;
  }

  /** As an editor that replaces the file at once. */
  void edit(String id, String text) {
    Path file = settings.resolve("conf.d").resolve(id + ".conf");
    try {
      Path next = Files.writeString(settings.resolve(id + ".next"), text);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes a pipeline out of pipelines.yml. */
  void drop(String id) {
    pipelines.remove(id);
    write();
  }

  static void until(String what, BooleanSupplier there) {
    Await.until(StandInProcess.LIMIT, what, there);
  }

  static JsonObject health(StandInProcess node) {
    return node.get("/_health_report")
        .getJsonObject("indicators")
        .getJsonObject("pipelines")
        .getJsonObject("indicators");
  }

  static String states(StandInProcess node) {
    JsonObject health = health(node);
    StringBuilder states = new StringBuilder();
    health.fieldNames().forEach(id -> states.append(state(health, id)).append(' '));
    return states.toString();
  }

  static @Nullable String state(StandInProcess node, String id) {
    JsonObject health = health(node);
    return health.containsKey(id) ? state(health, id) : null;
  }

  private static String state(JsonObject health, String id) {
    JsonObject details = health.getJsonObject(id).getJsonObject("details");
    return details.getJsonObject("status").getString("state");
  }

  static JsonObject shown(StandInProcess node, String id) {
    return node.get("/_node/pipelines").getJsonObject("pipelines").getJsonObject(id);
  }

  static JsonObject stats(StandInProcess node, String id) {
    return node.get("/_node/stats").getJsonObject("pipelines").getJsonObject(id);
  }

  static long reloads(StandInProcess node, String counter) {
    return stats(node, "main").getJsonObject("reloads").getLong(counter);
  }

  static long events(StandInProcess node, String which) {
    return stats(node, "main").getJsonObject("events").getLong(which);
  }

  static String status(StandInProcess node) {
    return node.get("/").getString("status");
  }

  long traced(String words) {
    return lines(data.resolve("trace")).stream().filter(line -> line.contains(words)).count();
  }

  static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    processes.forEach(StandInProcess::close);
  }
}
