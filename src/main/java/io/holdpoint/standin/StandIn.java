package io.holdpoint.standin;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * The process behind the scripts of a {@linkplain StandInHome home}.
 *
 * <p>Beside the settings of a real node, logstash.yml may say how long things take: {@code
 * standin.start} until the API answers, {@code standin.attach} from there until a pipeline shows
 * up, {@code standin.load} while it loads, {@code standin.stop} while an idle one stops. With
 * {@code standin.exit_when_idle} a node without automatic reload ends when no pipeline runs any
 * more.
 */
public final class StandIn {
  private static final Duration QUICK = Duration.ofMillis(20);

  private final Path home;
  private Path pathSettings;
  private String pathData = "";
  private boolean testOnly;

  private StandIn(Path home) {
    this.home = home;
    this.pathSettings = home.resolve("config");
  }

  /** Arguments: {@code --home HOME node|plugin} and those of the script. */
  public static void main(String[] arguments) {
    List<String> words = List.of(arguments);
    if (words.size() < 3 || !words.get(0).equals("--home")) {
      Console.say("started by bin/logstash only");
      Runtime.getRuntime().halt(1);
    }
    Path home = Path.of(words.get(1));
    List<String> rest = words.subList(3, words.size());
    boolean plugin = words.get(2).equals("plugin");
    Runtime.getRuntime()
        .halt(plugin ? new PluginCommand(home).run(rest) : new StandIn(home).run(rest));
  }

  private int run(List<String> arguments) {
    try {
      read(new ArrayDeque<>(arguments));
      String text = Files.readString(home.resolve(StandInHome.VERSION_FILE));
      Version version = Version.of(FlatYaml.map(text, "versions").getOrDefault("logstash", ""));
      SortedMap<String, String> plugins = new Gemfile(home).installed();
      Settings settings = Settings.read(pathSettings);
      Predicate<String> known = plugin -> BundledPlugins.known(plugin, plugins.keySet());
      if (pathData.isEmpty()) {
        pathData = settings.text("path.data", home.resolve("data").toString());
      }
      return testOnly ? test(settings, known) : serve(settings, version, plugins, known);
    } catch (ConfigException | IOException e) {
      Console.log("FATAL", String.valueOf(e.getMessage()));
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private void read(Deque<String> words) throws ConfigException {
    while (!words.isEmpty()) {
      String word = words.remove();
      int equals = word.startsWith("--") ? word.indexOf('=') : -1;
      if (equals > 0) {
        words.addFirst(word.substring(equals + 1));
        word = word.substring(0, equals);
      }
      if (word.equals("-t") || word.equals("--config.test_and_exit")) {
        testOnly = true;
      } else if (word.equals("--path.settings") && !words.isEmpty()) {
        pathSettings = Path.of(words.remove());
      } else if (word.equals("--path.data") && !words.isEmpty()) {
        pathData = words.remove();
      } else {
        throw new ConfigException("Unrecognised option '" + word + "'");
      }
    }
  }

  /** Looks at syntax and plugins as a start would, but registers nothing. */
  private int test(Settings settings, Predicate<String> known) {
    List<String> errors = new ArrayList<>();
    try {
      DataFolder.locked(Path.of(pathData));
      for (PipelineConfig pipeline : new PipelineFiles(settings).read().values()) {
        try {
          ConfigText.checked(pipeline.text(), known);
        } catch (ConfigException e) {
          errors.add("pipeline " + pipeline.id() + ": " + e.getMessage());
        }
      }
    } catch (ConfigException e) {
      errors.add(e.getMessage());
    }
    if (errors.isEmpty()) {
      Console.say("Configuration OK");
      return 0;
    }
    Console.log(
        "FATAL", "The given configuration is invalid. Reason: " + String.join("; ", errors));
    return 1;
  }

  private int serve(
      Settings settings,
      Version version,
      SortedMap<String, String> plugins,
      Predicate<String> known)
      throws ConfigException, IOException, InterruptedException {
    DataFolder data = DataFolder.locked(Path.of(pathData));
    String host = host();
    Identity identity =
        new Identity(
            data.id(), Identity.randomId(), settings.text("node.name", host), host, version);
    Agent agent = new Agent(settings, data, known);
    listen(agent);
    data.started(version, identity.ephemeralId());
    data.trace().add("start", version.text(), identity.ephemeralId());
    Console.log("INFO", "Starting Logstash ".concat(version.text()));
    SystemClock.await(settings.duration("standin.start", QUICK), agent::isStopping);
    if (!settings.flag("api.enabled", true)) {
      return agent.run();
    }
    HttpServer api = new Api(settings, new Documents(identity, settings, plugins, agent)).start();
    int code = agent.run();
    api.stop(0);
    return code;
  }

  private static void listen(Agent agent) {
    AtomicInteger interrupts = new AtomicInteger();
    Signals.on("TERM", agent::stop);
    Signals.on("HUP", agent::hangUp);
    Signals.on(
        "INT",
        () -> {
          if (interrupts.getAndIncrement() > 0) {
            Runtime.getRuntime().halt(1);
          }
          agent.stop();
        });
  }

  /** Without asking a name server, which may take seconds. */
  private static String host() throws IOException {
    Path file = Path.of("/etc/hostname");
    String name = Files.isReadable(file) ? Files.readString(file).strip() : "";
    return name.isEmpty() ? "localhost" : name;
  }
}
