package io.holdpoint.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads and changes single keys of a {@code logstash.yml}, line by line: its comments and order are
 * the operators' and stay.
 */
final class LogstashYml {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./-]+");

  private LogstashYml() {}

  /** The value of a key in its dotted form; null when it is not set so. */
  static @Nullable String value(String text, String key) {
    return text.lines()
        .filter(line -> names(line, key))
        .map(line -> plain(line.substring(line.indexOf(':') + 1)))
        .reduce((first, last) -> last)
        .orElse(null);
  }

  /**
   * The text with keys set, or removed where the value is null.
   *
   * @throws IllegalArgumentException naming a key that the text holds in nested form
   */
  static String with(String text, Map<String, @Nullable String> values) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    values.forEach(
        (key, value) -> {
          refuseNested(lines, key);
          boolean once = lines.stream().filter(line -> names(line, key)).count() == 1;
          if (once && value != null && value.equals(value(text, key))) {
            return;
          }
          int at = indexOf(lines, key);
          lines.removeIf(line -> names(line, key));
          if (value != null) {
            String line = key + ": " + quoted(value);
            lines.add(at < 0 ? lines.size() : at, line);
          }
        });
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }

  private static int indexOf(List<String> lines, String key) {
    for (int i = 0; i < lines.size(); i++) {
      if (names(lines.get(i), key)) {
        return i;
      }
    }
    return -1;
  }

  private static void refuseNested(List<String> lines, String key) {
    int dot = key.indexOf('.');
    String block = dot < 0 ? key : key.substring(0, dot);
    Pattern opening = Pattern.compile(Pattern.quote(block) + "\\s*:\\s*(#.*)?");
    if (dot > 0 && lines.stream().anyMatch(line -> opening.matcher(line).matches())) {
      throw new IllegalArgumentException(key);
    }
  }

  private static boolean names(String line, String key) {
    return line.startsWith(key) && line.substring(key.length()).stripLeading().startsWith(":");
  }

  private static String plain(String value) {
    String bare = value.strip();
    if (bare.length() > 1 && (bare.startsWith("\"") || bare.startsWith("'"))) {
      int end = bare.indexOf(bare.charAt(0), 1);
      return end < 0 ? bare : bare.substring(1, end);
    }
    int comment = bare.indexOf(" #");
    return comment < 0 ? bare : bare.substring(0, comment).strip();
  }

  private static String quoted(String value) {
    return PLAIN.matcher(value).matches()
        ? value
        : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
