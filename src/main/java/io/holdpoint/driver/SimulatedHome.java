package io.holdpoint.driver;

import io.holdpoint.task.NodeLayout;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Homes of Logstash on a simulated host: what is unpacked, which version it is, and its plug-ins,
 * which are what {@code Gemfile.lock} says.
 */
final class SimulatedHome {
  static final String DEFAULT_VERSION = "8.19.3";

  private static final String VERSION_FILE = "/logstash-core/versions-gem-copy.yml";
  private static final Pattern VERSION = Pattern.compile("logstash: (\\S+)");
  private static final Pattern LOCKED = Pattern.compile("^    (logstash-\\S+) \\(([^)]+)\\)$");
  private static final Map<String, String> BUNDLED =
      Map.of(
          "logstash-input-beats", "6.9.1",
          "logstash-input-generator", "3.1.0",
          "logstash-filter-grok", "4.4.3",
          "logstash-filter-mutate", "3.5.8",
          "logstash-output-elasticsearch", "11.22.13",
          "logstash-output-stdout", "3.1.4");

  private SimulatedHome() {}

  /** A host as a package leaves it: one home behind a link, one pipeline. */
  static SimulatedFiles installed(NodeLayout layout, String nodeId, String version) {
    SimulatedFiles files = new SimulatedFiles();
    String home = layout.versions() + "/logstash-" + version;
    unpack(files, home, version);
    if (!home.equals(layout.home())) {
      files.link(home, layout.home());
    }
    String settings = layout.pathSettings();
    files.write(
        settings + "/logstash.yml",
        "node.name: "
            + nodeId
            + "\npath.data: "
            + layout.pathData()
            + "\nconfig.reload.automatic: true\nconfig.reload.interval: 1s\n");
    files.write(settings + "/jvm.options", "-Xms1g\n-Xmx1g\n");
    String pipeline = settings + "/conf.d/main.conf";
    files.write(
        settings + "/pipelines.yml", "- pipeline.id: main\n  path.config: \"" + pipeline + "\"\n");
    files.write(
        pipeline, "input { beats { port => 5044 } }\noutput { stdout { codec => rubydebug } }\n");
    return files;
  }

  static void unpack(SimulatedFiles files, String home, String version) {
    files.write(home + "/bin/logstash", "#!/usr/bin/env bash\n");
    files.write(home + "/bin/logstash-plugin", "#!/usr/bin/env bash\n");
    files.write(home + VERSION_FILE, "logstash: " + version + "\n");
    setPlugins(files, home, BUNDLED);
  }

  /** Null when there is no Logstash in that home. */
  static @Nullable String version(SimulatedFiles files, String home) {
    Matcher version = VERSION.matcher(files.text(home + VERSION_FILE));
    return version.find() && files.read(home + "/bin/logstash") != null ? version.group(1) : null;
  }

  static Map<String, String> plugins(SimulatedFiles files, String home) {
    Map<String, String> plugins = new TreeMap<>();
    for (String line : files.text(home + "/Gemfile.lock").split("\n", -1)) {
      Matcher locked = LOCKED.matcher(line);
      if (locked.matches()) {
        plugins.put(locked.group(1), locked.group(2));
      }
    }
    return plugins;
  }

  static void setPlugins(SimulatedFiles files, String home, Map<String, String> plugins) {
    StringBuilder wanted = new StringBuilder("source \"https://rubygems.org\"\n");
    StringBuilder locked = new StringBuilder("GEM\n  remote: https://rubygems.org/\n  specs:\n");
    new TreeMap<>(plugins)
        .forEach(
            (name, version) -> {
              wanted.append("gem \"").append(name).append("\"\n");
              locked.append("    ").append(name).append(" (").append(version).append(")\n");
            });
    files.write(home + "/Gemfile", wanted.toString());
    files.write(home + "/Gemfile.lock", locked.toString());
  }
}
