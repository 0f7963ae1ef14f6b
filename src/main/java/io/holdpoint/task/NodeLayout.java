package io.holdpoint.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a Logstash lives on its host, read from the node's settings.
 *
 * <p>Settings: {@code home} (may be a symbolic link to one of several versions side by side),
 * {@code pathSettings}, {@code pathData}, and, each with a default, {@code workDirectory} (where
 * Holdpoint keeps backups, staged files and command output: {@code pathData}/.holdpoint), {@code
 * versions} (where a new version is unpacked: the parent of {@code home}) and {@code command} (the
 * whole command line that starts it).
 *
 * @param command program and arguments that start the node in the foreground
 */
public record NodeLayout(
    String home,
    String pathSettings,
    String pathData,
    String workDirectory,
    String versions,
    List<String> command) {

  /** The drivers whose nodes are files and processes on a host. */
  private static final List<String> NEED_PATHS = List.of("process", "ssh");

  private static final String PATH = "/[A-Za-z0-9._+@/-]{0,1000}";

  public NodeLayout {
    command = List.copyOf(command);
  }

  /**
   * @throws IllegalArgumentException whose message is the name of the setting that is missing or
   *     wrong
   */
  public static NodeLayout of(Node node) {
    boolean needed = NEED_PATHS.contains(node.driver());
    Map<String, Object> settings = node.settings();
    String home = path(settings, "home", needed ? null : "/usr/share/logstash");
    String pathSettings = path(settings, "pathSettings", needed ? null : "/etc/logstash");
    String pathData = path(settings, "pathData", needed ? null : "/var/lib/logstash");
    return new NodeLayout(
        home,
        pathSettings,
        pathData,
        path(settings, "workDirectory", pathData + "/.holdpoint"),
        path(settings, "versions", parent(home)),
        command(
            settings,
            List.of(
                home + "/bin/logstash", "--path.settings", pathSettings, "--path.data", pathData)));
  }

  private static String path(
      Map<String, Object> settings, String name, @Nullable String otherwise) {
    Object value = settings.getOrDefault(name, otherwise);
    if (!(value instanceof String path)
        || !path.matches(PATH)
        || path.contains("/../")
        || path.endsWith("/..")
        || path.length() > 1 && path.endsWith("/")) {
      throw new IllegalArgumentException(name);
    }
    return path;
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }

  private static List<String> command(Map<String, Object> settings, List<String> otherwise) {
    Object value = settings.get("command");
    if (value == null) {
      return otherwise;
    }
    List<String> command = new ArrayList<>();
    if (value instanceof Iterable<?> parts) {
      parts.forEach(part -> command.add(part instanceof String text ? text : ""));
    }
    if (command.isEmpty() || command.get(0).isEmpty() || command.size() > 100) {
      throw new IllegalArgumentException("command");
    }
    return command;
  }
}
