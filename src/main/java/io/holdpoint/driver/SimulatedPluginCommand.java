package io.holdpoint.driver;

import static io.holdpoint.driver.SimulatedCommands.ended;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code bin/logstash-plugin} of a simulated host; any well-named plug-in can be had. */
final class SimulatedPluginCommand {
  private static final String NEWEST = "3.0.0";
  private static final Pattern NAME =
      Pattern.compile("logstash-(input|filter|output|codec|integration)-[a-z0-9_-]+");
  private static final Pattern PACK =
      Pattern.compile("file://.*/(" + NAME.pattern() + "?)(?:-(\\d+\\.\\d[0-9.]*))?\\.zip");

  private final SimulatedFiles files;

  SimulatedPluginCommand(SimulatedFiles files) {
    this.files = files;
  }

  RunState run(String home, List<String> arguments) {
    String action = arguments.isEmpty() ? "" : arguments.get(0);
    List<String> rest = arguments.subList(Math.min(1, arguments.size()), arguments.size());
    return switch (action) {
      case "install" -> install(home, rest);
      case "remove" -> remove(home, rest);
      case "list" -> list(home, rest);
      default -> ended(1, "ERROR: No such sub-command '" + action + "'");
    };
  }

  private RunState install(String home, List<String> arguments) {
    Map<String, String> plugins = SimulatedHome.plugins(files, home);
    String version = NEWEST;
    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).equals("--version") && i + 1 < arguments.size()) {
        version = arguments.get(++i);
      } else if (!arguments.get(i).startsWith("-")) {
        wanted.add(arguments.get(i));
      }
    }
    for (String each : wanted) {
      Matcher pack = PACK.matcher(each);
      if (pack.matches()) {
        plugins.put(pack.group(1), pack.group(3) == null ? version : pack.group(3));
      } else if (NAME.matcher(each).matches()) {
        plugins.put(each, version);
      } else {
        return ended(1, "ERROR: Installation aborted, plugin '" + each + "' does not exist");
      }
    }
    SimulatedHome.setPlugins(files, home, plugins);
    return ended(0, "Installing " + String.join(", ", wanted) + "\nInstallation successful");
  }

  private RunState remove(String home, List<String> names) {
    Map<String, String> plugins = SimulatedHome.plugins(files, home);
    for (String name : names) {
      if (plugins.remove(name) == null) {
        return ended(1, "ERROR: This plugin has not been previously installed: " + name);
      }
    }
    SimulatedHome.setPlugins(files, home, plugins);
    return ended(0, "Successfully removed " + String.join(", ", names));
  }

  private RunState list(String home, List<String> arguments) {
    boolean verbose = arguments.contains("--verbose");
    List<String> lines = new ArrayList<>();
    SimulatedHome.plugins(files, home)
        .forEach((name, version) -> lines.add(verbose ? name + " (" + version + ")" : name));
    return ended(0, String.join("\n", lines));
  }
}
