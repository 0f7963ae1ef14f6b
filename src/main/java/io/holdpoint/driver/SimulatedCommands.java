package io.holdpoint.driver;

import io.holdpoint.driver.RunState.Phase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The commands of one simulated host: what a change needs of {@code logstash}, {@code
 * logstash-plugin}, {@code tar}, {@code mkdir} and {@code cp}. What one does is done at once; only
 * its end may be seen later. Not thread-safe.
 */
final class SimulatedCommands {
  private static final Pattern ARCHIVE =
      Pattern.compile(".*/logstash-(?:oss-)?(\\d+\\.\\d+\\.\\d+(?:-SNAPSHOT)?)[^/]*\\.t(ar\\.)?gz");

  private record Run(long ends, RunState end) {}

  private final SimulatedFiles files;
  private final SimulatedPluginCommand plugins;
  private final Map<String, Run> runs = new HashMap<>();

  SimulatedCommands(SimulatedFiles files) {
    this.files = files;
    plugins = new SimulatedPluginCommand(files);
  }

  /**
   * @param nanos how long it takes
   */
  RunState run(NodeCommand command, long now, long nanos) {
    if (!runs.containsKey(command.id())) {
      runs.put(command.id(), new Run(now + nanos, done(command.arguments())));
    }
    return state(command.id(), now);
  }

  RunState state(String id, long now) {
    Run run = runs.get(id);
    if (run == null) {
      return RunState.ABSENT;
    }
    return now - run.ends() < 0 ? new RunState(Phase.RUNNING, 0, "") : run.end();
  }

  static RunState ended(int exitCode, String output) {
    return new RunState(Phase.ENDED, exitCode, output.isEmpty() ? "" : output + "\n");
  }

  private RunState done(List<String> arguments) {
    try {
      return program(arguments.get(0)).apply(arguments.subList(1, arguments.size()));
    } catch (NodeException | IllegalArgumentException e) {
      return ended(1, arguments.get(0) + ": " + e.getMessage());
    }
  }

  private Function<List<String>, RunState> program(String program) {
    if (program.endsWith("/bin/logstash") && files.read(program) != null) {
      return this::logstash;
    }
    if (program.endsWith("/bin/logstash-plugin") && files.read(program) != null) {
      String home = program.substring(0, program.length() - "/bin/logstash-plugin".length());
      return arguments -> plugins.run(home, arguments);
    }
    return switch (program.replaceFirst("^(/usr)?/bin/", "")) {
      case "tar" -> this::tar;
      case "mkdir" -> this::mkdir;
      case "cp" -> this::cp;
      default -> arguments -> ended(127, program + ": command not found");
    };
  }

  private RunState logstash(List<String> arguments) {
    if (!arguments.contains("-t") && !arguments.contains("--config.test_and_exit")) {
      return ended(127, "only a test of the configuration is simulated");
    }
    String pathSettings = option(arguments, "--path.settings");
    String config = option(arguments, "-f", "--path.config");
    try {
      List<String> texts = new ArrayList<>();
      if (config != null) {
        texts.add(SimulatedSettings.text(files, config));
      } else {
        SimulatedSettings.pipelines(files, pathSettings == null ? "/etc/logstash" : pathSettings)
            .forEach(definition -> texts.add(definition.text()));
      }
      if (texts.stream().noneMatch(text -> text.contains("syntax_error"))) {
        return ended(0, "Configuration OK");
      }
      return invalid("Expected one of [ \\t\\r\\n], \"#\", \"input\" at syntax_error");
    } catch (IllegalArgumentException e) {
      return invalid(String.valueOf(e.getMessage()));
    }
  }

  private static RunState invalid(String reason) {
    return ended(
        1, "[FATAL][logstash.runner] The given configuration is invalid. Reason: " + reason);
  }

  private RunState tar(List<String> arguments) {
    String directory = option(arguments, "-C", "--directory");
    String archive = option(arguments, "-xzf", "xzf", "-xf", "xf");
    Matcher name = ARCHIVE.matcher(archive == null ? "" : archive);
    if (directory == null || !files.isDirectory(directory)) {
      return ended(2, "tar: " + directory + ": Cannot open: No such file or directory");
    }
    if (!name.matches()) {
      return ended(2, "tar: " + archive + ": Cannot open: No such file or directory");
    }
    String version = name.group(1);
    SimulatedHome.unpack(files, directory + "/logstash-" + version, version);
    return ended(0, "");
  }

  private RunState mkdir(List<String> arguments) {
    operands(arguments).forEach(files::makeDirectories);
    return ended(0, "");
  }

  private RunState cp(List<String> arguments) {
    List<String> paths = operands(arguments);
    if (paths.size() < 2) {
      return ended(1, "cp: missing file operand");
    }
    String target = paths.get(paths.size() - 1);
    for (String source : paths.subList(0, paths.size() - 1)) {
      if (files.read(source) == null && !files.isDirectory(source)) {
        return ended(1, "cp: cannot stat '" + source + "': No such file or directory");
      }
      files.copy(source, target);
    }
    return ended(0, "");
  }

  private static List<String> operands(List<String> arguments) {
    return arguments.stream().filter(argument -> !argument.startsWith("-")).toList();
  }

  /** Null when none of the names is there, or nothing follows it. */
  private static @Nullable String option(List<String> arguments, String... names) {
    for (String name : names) {
      int index = arguments.indexOf(name);
      if (index >= 0 && index + 1 < arguments.size()) {
        return arguments.get(index + 1);
      }
      for (String argument : arguments) {
        if (argument.startsWith(name + "=")) {
          return argument.substring(name.length() + 1);
        }
      }
    }
    return null;
  }
}
