package io.holdpoint.standin;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** {@code bin/logstash-plugin}: changes the plugins of a home, in two phases. */
final class PluginCommand {
  private static final Pattern NAME =
      Pattern.compile("logstash-(input|filter|output|codec|integration)-[a-z0-9_-]+");
  private static final Pattern PACKED =
      Pattern.compile("logstash/(logstash-[a-z]+-[a-z0-9_-]+?)-(\\d[\\w.]*?)(-java)?\\.gem");
  private static final String UNKNOWN_SUFFIX = "-nosuch";

  private final Path home;
  private final Gemfile gemfile;

  PluginCommand(Path home) {
    this.home = home;
    this.gemfile = new Gemfile(home);
  }

  int run(List<String> arguments) {
    try {
      String verb = arguments.isEmpty() ? "" : arguments.get(0);
      List<String> rest = arguments.subList(Math.min(1, arguments.size()), arguments.size());
      if (verb.equals("list")) {
        list(rest);
      } else if (verb.equals("install") && !rest.isEmpty()) {
        install(rest);
      } else if (verb.equals("remove") && rest.size() == 1) {
        remove(rest.get(0));
      } else {
        throw new ConfigException("Usage: bin/logstash-plugin install|remove|list ...");
      }
      return 0;
    } catch (ConfigException | IOException e) {
      Console.say("ERROR: " + e.getMessage());
      return 1;
    }
  }

  private void list(List<String> flags) throws ConfigException {
    boolean verbose = flags.contains("--verbose");
    gemfile
        .installed()
        .forEach((name, version) -> Console.say(verbose ? name + " (" + version + ")" : name));
  }

  private void install(List<String> arguments) throws ConfigException, IOException {
    int flag = arguments.indexOf("--version");
    boolean versioned = flag >= 0 && flag + 1 < arguments.size();
    // The option may stand before the name, as Logstash's own usage has it, or behind.
    String what = arguments.get(versioned && flag == 0 && arguments.size() > 2 ? 2 : 0);
    SortedMap<String, String> before = gemfile.locked();
    SortedMap<String, String> after = new TreeMap<>(before);
    if (what.startsWith("file:")) {
      Console.say("Installing file: " + what);
      after.putAll(packed(Path.of(URI.create(what))));
    } else {
      Console.say("Validating " + what);
      if (!NAME.matcher(what).matches() || what.endsWith(UNKNOWN_SUFFIX)) {
        throw new ConfigException("Installation aborted, verification failed for " + what);
      }
      if (versioned) {
        after.put(what, arguments.get(flag + 1));
      } else {
        after.putIfAbsent(what, "1.0.0");
      }
      Console.say("Installing " + what);
    }
    change("install", what, before, after);
    Console.say("Installation successful");
  }

  private void remove(String name) throws ConfigException, IOException {
    SortedMap<String, String> before = gemfile.locked();
    SortedMap<String, String> after = new TreeMap<>(before);
    if (after.remove(name) == null) {
      throw new ConfigException(
          "The plugin " + name + " has not been previously installed, aborting");
    }
    change("remove", name, before, after);
    Console.say("Successfully removed " + name);
  }

  /** Also repairs what a killed command left behind; then nothing but the files' state changes. */
  private void change(String verb, String what, Map<String, String> before, Map<String, String> to)
      throws IOException {
    if (to.equals(before) && isWhole()) {
      return;
    }
    Path data = home.resolve("data");
    Files.createDirectories(data);
    Trace trace = new Trace(data.resolve("trace"));
    trace.add("plugin", verb, what, "begun");
    gemfile.writeWanted(to);
    Console.say("Resolving dependencies");
    SystemClock.await(delay(), () -> false);
    gemfile.writeLocked(to);
    trace.add("plugin", verb, what, "done");
  }

  private boolean isWhole() {
    try {
      gemfile.installed();
      return true;
    } catch (ConfigException broken) {
      return false;
    }
  }

  private Duration delay() throws IOException {
    Path file = home.resolve("plugin.millis");
    String millis = System.getenv("STANDIN_PLUGIN_MILLIS");
    if (millis == null) {
      millis = Files.exists(file) ? Files.readString(file) : "20";
    }
    return Duration.ofMillis(Long.parseLong(millis.strip()));
  }

  private static Map<String, String> packed(Path pack) throws ConfigException, IOException {
    Map<String, String> plugins = new TreeMap<>();
    try (ZipFile zip = new ZipFile(pack.toFile())) {
      for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
        Matcher gem = PACKED.matcher(entries.nextElement().getName());
        if (gem.matches()) {
          plugins.put(gem.group(1), gem.group(2));
        }
      }
    }
    if (plugins.isEmpty()) {
      throw new ConfigException("Invalid pack: no plugin in " + pack);
    }
    return plugins;
  }
}
