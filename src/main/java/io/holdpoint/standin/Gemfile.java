package io.holdpoint.standin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The plugins of a home, as Gemfile wants them and Gemfile.lock has them. They are written one
 * after the other, so that a command killed in between leaves two that contradict each other.
 */
final class Gemfile {
  private static final Pattern WANTED =
      Pattern.compile("^gem \"(logstash-[^\"]+)\"(?:, \"([^\"]+)\")?$", Pattern.MULTILINE);
  private static final Pattern LOCKED =
      Pattern.compile("^    (logstash-\\S+) \\(([^)]+)\\)$", Pattern.MULTILINE);

  private final Path wanted;
  private final Path locked;

  Gemfile(Path home) {
    wanted = home.resolve("Gemfile");
    locked = home.resolve("Gemfile.lock");
  }

  /** Version by name; fails as a real node does that finds its bundle broken. */
  SortedMap<String, String> installed() throws ConfigException {
    SortedMap<String, String> lock = locked();
    SortedMap<String, String> gems = read(wanted, WANTED);
    for (Map.Entry<String, String> gem : gems.entrySet()) {
      String version = lock.get(gem.getKey());
      if (version == null || !(gem.getValue().isEmpty() || gem.getValue().equals(version))) {
        throw new ConfigException(
            "Bundler::GemNotFound: Could not find " + gem.getKey() + " in locally installed gems");
      }
    }
    if (!gems.keySet().equals(lock.keySet())) {
      throw new ConfigException("Bundler::LockfileError: Gemfile.lock has gems that Gemfile lacks");
    }
    return lock;
  }

  /** What is really there, also while Gemfile says otherwise. */
  SortedMap<String, String> locked() throws ConfigException {
    return read(locked, LOCKED);
  }

  void writeWanted(Map<String, String> plugins) throws IOException {
    StringBuilder text = new StringBuilder("source \"https://rubygems.org\"\n");
    plugins.forEach(
        (name, version) -> {
          String bundled = BundledPlugins.ALL.get(name);
          text.append("gem \"").append(name).append('"');
          text.append(version.equals(bundled) ? "\n" : ", \"" + version + "\"\n");
        });
    replace(wanted, text.toString());
  }

  void writeLocked(Map<String, String> plugins) throws IOException {
    StringBuilder text = new StringBuilder("GEM\n  remote: https://rubygems.org/\n  specs:\n");
    plugins.forEach(
        (name, version) ->
            text.append("    ").append(name).append(" (").append(version).append(")\n"));
    text.append("\nPLATFORMS\n  java\n\nDEPENDENCIES\n");
    plugins.keySet().forEach(name -> text.append("  ").append(name).append('\n'));
    replace(locked, text.toString());
  }

  private static SortedMap<String, String> read(Path file, Pattern line) throws ConfigException {
    SortedMap<String, String> gems = new TreeMap<>();
    try {
      Matcher matcher = line.matcher(Files.readString(file));
      while (matcher.find()) {
        String version = matcher.group(2);
        gems.put(matcher.group(1), version == null ? "" : version);
      }
      return gems;
    } catch (IOException e) {
      throw new ConfigException("Bundler::GemfileNotFound: " + e);
    }
  }

  private static void replace(Path file, String text) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.writeString(next, text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
