package io.holdpoint.standin;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a home has before anybody installs something. */
final class BundledPlugins {
  static final Map<String, String> ALL =
      Map.ofEntries(
          Map.entry("logstash-codec-json", "3.1.1"),
          Map.entry("logstash-codec-plain", "3.1.0"),
          Map.entry("logstash-filter-date", "3.1.15"),
          Map.entry("logstash-filter-drop", "3.0.5"),
          Map.entry("logstash-filter-grok", "4.4.3"),
          Map.entry("logstash-filter-json", "3.2.1"),
          Map.entry("logstash-filter-mutate", "3.5.8"),
          Map.entry("logstash-filter-ruby", "3.1.8"),
          Map.entry("logstash-input-beats", "6.9.1"),
          Map.entry("logstash-input-file", "4.4.6"),
          Map.entry("logstash-input-generator", "3.1.0"),
          Map.entry("logstash-input-heartbeat", "3.1.1"),
          Map.entry("logstash-input-http", "3.9.2"),
          Map.entry("logstash-input-stdin", "3.4.0"),
          Map.entry("logstash-input-tcp", "6.4.4"),
          Map.entry("logstash-integration-kafka", "11.6.0"),
          Map.entry("logstash-output-elasticsearch", "11.22.9"),
          Map.entry("logstash-output-file", "4.3.0"),
          Map.entry("logstash-output-http", "5.7.1"),
          Map.entry("logstash-output-pipe", "3.0.6"),
          Map.entry("logstash-output-stdout", "3.1.4"),
          Map.entry("logstash-output-tcp", "6.2.1"));

  /** What comes with every node, real or not, beside those that only a stand-in knows. */
  private static final Set<String> BUILT_IN =
      Set.of(
          "input pipeline",
          "output pipeline",
          "output null",
          Misbehaviour.PORT_TAKEN.plugin(),
          Misbehaviour.REGISTER_FAILS.plugin(),
          Misbehaviour.CRASH.plugin(),
          Misbehaviour.BLOCKED.plugin());

  private BundledPlugins() {}

  /** From 9.5 on the pipe output is bundled no more. */
  static SortedMap<String, String> of(Version version) {
    SortedMap<String, String> plugins = new TreeMap<>(ALL);
    if (version.isAtLeast(9, 5)) {
      plugins.remove("logstash-output-pipe");
    }
    return plugins;
  }

  /**
   * @param plugin such as {@code "filter mutate"}
   */
  static boolean known(String plugin, Set<String> installed) {
    String[] words = plugin.split(" ");
    return BUILT_IN.contains(plugin)
        || installed.contains("logstash-" + words[0] + "-" + words[1])
        || installed.contains("logstash-integration-" + words[1]);
  }
}
