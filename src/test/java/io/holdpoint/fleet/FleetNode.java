package io.holdpoint.fleet;

import io.holdpoint.bench.FreePort;
import io.holdpoint.standin.StandInHome;
import io.holdpoint.testkit.ApiClient;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.StandInProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One stand-in node with folders of its own, as a host has them. */
final class FleetNode {
  static final String GOOD = "input { generator {} }\nfilter { mutate {} }\noutput { null {} }\n";
  static final String OTHER = GOOD.replace("mutate", "json");
  static final String VERSION = "8.19.3";
  static final String NEXT_VERSION = "8.19.4";

  private static final Duration GOOD_WITHIN = Duration.ofSeconds(20);

  private final String id;
  private final Path root;
  private final int port = FreePort.find();
  private final ApiClient api = new ApiClient(port);

  FleetNode(Path fleet, int number, Map<String, String> yml, Map<String, String> pipelines) {
    id = "node-" + number;
    root = fleet.resolve(id);
    try {
      StandInHome.create(versions().resolve("logstash-" + VERSION), VERSION, java());
      Files.createSymbolicLink(home(), versions().resolve("logstash-" + VERSION));
      StandInHome.settings(settings(), port, yml, pipelines);
      Files.createDirectories(data());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> java() {
    return StandInHome.javaCommand();
  }

  String id() {
    return id;
  }

  int port() {
    return port;
  }

  Path home() {
    return root.resolve("current");
  }

  Path versions() {
    return root.resolve("versions");
  }

  Path settings() {
    return root.resolve("etc");
  }

  Path data() {
    return root.resolve("data");
  }

  Path work() {
    return root.resolve("work");
  }

  /** How it is registered. */
  JsonObject entry(String driver, String address) {
    return new JsonObject()
        .put("nodeId", id)
        .put("address", address)
        .put("driver", driver)
        .put("apiEndpoint", "http://127.0.0.1:" + port)
        .put(
            "settings",
            new JsonObject()
                .put("home", home().toString())
                .put("pathSettings", settings().toString())
                .put("pathData", data().toString())
                .put("workDirectory", work().toString())
                .put("versions", versions().toString()));
  }

  List<String> command() {
    return List.of(
        home().resolve("bin/logstash").toString(),
        "--path.settings",
        settings().toString(),
        "--path.data",
        data().toString());
  }

  StandInProcess launch() {
    return StandInProcess.launch(home(), settings(), data(), port);
  }

  void awaitGreen() {
    Await.until(GOOD_WITHIN, id + " is green", () -> "green".equals(status()));
  }

  String status() {
    try {
      return get("/").getString("status");
    } catch (IllegalStateException away) {
      return "away";
    }
  }

  JsonObject get(String path) {
    return api.get(path).json();
  }

  String ephemeralId() {
    return get("/").getString("ephemeral_id");
  }

  /** How often its process was started. */
  long starts() {
    return lines(data().resolve("starts")).size();
  }

  /** What was done to it, without what tells one run from another. */
  List<String> trace() {
    return lines(data().resolve("trace"));
  }

  /** What its plug-in command did in a version's home. */
  List<String> pluginTrace(String version) {
    return lines(versions().resolve("logstash-" + version).resolve("data/trace"));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(String name, String text) {
    try {
      Path next = Files.writeString(settings().resolve("." + name + ".next"), text);
      Files.move(next, settings().resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String read(String name) {
    try {
      return Files.readString(settings().resolve(name), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything that a change may alter, by name: what must be equal however the way there was. */
  Map<String, String> state() {
    Map<String, String> state = new TreeMap<>();
    try (Stream<Path> files = Files.walk(settings())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        state.put(
            settings().relativize(file).toString(),
            Files.readString(file).replace(root.toString(), "ROOT").replace("" + port, "PORT"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    state.put("version", get("/").getString("version"));
    state.put("status", status());
    JsonObject pipelines = get("/_node/pipelines").getJsonObject("pipelines");
    pipelines
        .fieldNames()
        .forEach(name -> state.put("pipeline " + name, hash(pipelines.getJsonObject(name))));
    JsonArray plugins = get("/_node/plugins").getJsonArray("plugins");
    plugins.forEach(
        plugin ->
            state.put(
                "plugin " + ((JsonObject) plugin).getString("name"),
                ((JsonObject) plugin).getString("version")));
    return state;
  }

  private static String hash(JsonObject pipeline) {
    return String.valueOf(pipeline.getString("hash"));
  }

  /** How long each of its plug-in commands takes. */
  void pluginMillis(int millis) {
    try {
      Files.writeString(
          versions().resolve("logstash-" + VERSION).resolve("plugin.millis"), "" + millis);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends whatever of it still runs. */
  void kill() {
    ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains(root.toString()))
        .forEach(ProcessHandle::destroyForcibly);
  }
}
