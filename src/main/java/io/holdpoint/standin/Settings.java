package io.holdpoint.standin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * logstash.yml and jvm.options as they were when the process started; a setting that does not exist
 * or makes no sense keeps the node from starting.
 *
 * @param folder {@code path.settings}
 * @param heapMax in bytes, as jvm.options asks for
 */
record Settings(Path folder, Map<String, String> values, long heapMax) {
  private static final String FLAG = "true|false";
  private static final String COUNT = "\\d{1,8}";
  private static final String POSITIVE = "[1-9]\\d{0,7}";
  private static final String WAIT = "\\d{1,9}(ms|s|m|h)";
  private static final String ANY = ".*";
  private static final Map<String, String> KNOWN =
      Map.ofEntries(
          Map.entry("node.name", ANY),
          Map.entry("path.data", ANY),
          Map.entry("path.logs", ANY),
          Map.entry("log.level", ANY),
          Map.entry("log.format", ANY),
          Map.entry("api.enabled", FLAG),
          Map.entry("api.environment", ANY),
          Map.entry("api.http.host", ANY),
          Map.entry("api.http.port", COUNT),
          Map.entry("api.auth.type", "none|basic"),
          Map.entry("api.auth.basic.username", ANY),
          Map.entry("api.auth.basic.password", ANY),
          Map.entry("config.reload.automatic", FLAG),
          Map.entry("config.reload.interval", WAIT),
          Map.entry("dead_letter_queue.enable", FLAG),
          Map.entry("pipeline.workers", POSITIVE),
          Map.entry("pipeline.batch.size", POSITIVE),
          Map.entry("pipeline.batch.delay", COUNT),
          Map.entry("pipeline.ordered", "auto|" + FLAG),
          Map.entry("pipeline.ecs_compatibility", "disabled|v1|v8"),
          Map.entry("pipeline.unsafe_shutdown", FLAG),
          Map.entry("queue.type", "memory|persisted"),
          Map.entry("queue.drain", FLAG),
          Map.entry("queue.max_bytes", ANY),
          Map.entry("standin.start", WAIT),
          Map.entry("standin.attach", WAIT),
          Map.entry("standin.load", WAIT),
          Map.entry("standin.stop", WAIT),
          Map.entry("standin.exit_when_idle", FLAG));

  /** What a pipeline may set for itself. */
  private static final Map<String, String> OF_A_PIPELINE =
      Map.ofEntries(
          Map.entry("pipeline.id", "[A-Za-z0-9_-]+"),
          Map.entry("path.config", ANY),
          Map.entry("config.string", ANY),
          Map.entry("pipeline.workers", POSITIVE),
          Map.entry("pipeline.batch.size", POSITIVE),
          Map.entry("pipeline.batch.delay", COUNT),
          Map.entry("pipeline.ordered", "auto|" + FLAG),
          Map.entry("queue.type", "memory|persisted"),
          Map.entry("queue.max_bytes", ANY));

  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Pattern HEAP = Pattern.compile("-Xmx(\\d{1,6})([kmg])");
  private static final Pattern JVM_OPTION = Pattern.compile("(\\d+(-\\d*)?:)?-.+");
  private static final long DEFAULT_HEAP = 1L << 30;

  static Settings read(Path folder) throws ConfigException {
    Map<String, String> values =
        new TreeMap<>(FlatYaml.map(text(folder, "logstash.yml"), "logstash.yml"));
    check(values, KNOWN);
    Settings settings = new Settings(folder, values, heap(text(folder, "jvm.options")));
    if (settings.needsPassword()
        && (settings.text("api.auth.basic.username", "").isEmpty()
            || settings.text("api.auth.basic.password", "").isEmpty())) {
      throw new ConfigException("`api.auth.basic.username` and its password must be set");
    }
    return settings;
  }

  static void checkPipeline(Map<String, String> values) throws ConfigException {
    check(values, OF_A_PIPELINE);
  }

  private static void check(Map<String, String> values, Map<String, String> known)
      throws ConfigException {
    for (Map.Entry<String, String> entry : values.entrySet()) {
      String allowed = known.get(entry.getKey());
      if (allowed == null) {
        throw new ConfigException(
            "Setting \"" + entry.getKey() + "\" doesn't exist. Please check for a typo.");
      }
      if (!entry.getValue().matches(allowed)) {
        throw new ConfigException(
            "Setting \"" + entry.getKey() + "\" cannot be \"" + entry.getValue() + "\"");
      }
    }
  }

  String text(String key, String otherwise) {
    return values.getOrDefault(key, otherwise);
  }

  boolean flag(String key, boolean otherwise) {
    return text(key, Boolean.toString(otherwise)).equals("true");
  }

  int count(String key, int otherwise) {
    return Integer.parseInt(text(key, Integer.toString(otherwise)));
  }

  Duration duration(String key, Duration otherwise) {
    Matcher matcher = DURATION.matcher(text(key, ""));
    if (!matcher.matches()) {
      return otherwise;
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      default -> Duration.ofHours(amount);
    };
  }

  boolean needsPassword() {
    return text("api.auth.type", "none").equals("basic");
  }

  private static long heap(String options) throws ConfigException {
    long heap = DEFAULT_HEAP;
    for (String line : options.lines().map(String::strip).toList()) {
      if (!line.isEmpty() && !line.startsWith("#") && !JVM_OPTION.matcher(line).matches()) {
        throw new ConfigException("Could not parse this line of jvm.options: " + line);
      }
      Matcher matcher = HEAP.matcher(line);
      if (matcher.matches()) {
        heap = Long.parseLong(matcher.group(1)) << (10 * (1 + "kmg".indexOf(matcher.group(2))));
      }
    }
    return heap;
  }

  private static String text(Path folder, String name) throws ConfigException {
    Path file = folder.resolve(name);
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new ConfigException("Failed to read " + file + ": " + e);
    }
  }
}
