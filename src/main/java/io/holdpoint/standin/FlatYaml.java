package io.holdpoint.standin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The YAML of logstash.yml and pipelines.yml: flat maps, and a list of them. */
final class FlatYaml {
  private FlatYaml() {}

  static Map<String, String> map(String text, String file) throws ConfigException {
    Map<String, String> values = new LinkedHashMap<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      if (!isBlank(line)) {
        put(values, line, file, number);
      }
    }
    return values;
  }

  static List<Map<String, String>> list(String text, String file) throws ConfigException {
    List<Map<String, String>> entries = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      if (isBlank(line)) {
        continue;
      }
      String content = line.strip();
      if (content.startsWith("- ")) {
        entries.add(new LinkedHashMap<>());
        content = content.substring(2).strip();
      } else if (entries.isEmpty() || !line.startsWith(" ")) {
        throw unreadable(file, number);
      }
      put(entries.get(entries.size() - 1), content, file, number);
    }
    return entries;
  }

  /** A value so that it is read back as it is. */
  static String quoted(String value) {
    return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static boolean isBlank(String line) {
    String content = line.strip();
    return content.isEmpty() || content.startsWith("#") || content.equals("---");
  }

  private static void put(Map<String, String> values, String line, String file, int number)
      throws ConfigException {
    int colon = line.indexOf(':');
    boolean separated = colon + 1 == line.length() || line.startsWith(" ", colon + 1);
    if (colon <= 0 || !separated || Character.isWhitespace(line.charAt(0))) {
      throw unreadable(file, number);
    }
    values.put(line.substring(0, colon).strip(), value(line.substring(colon + 1), file, number));
  }

  private static String value(String raw, String file, int number) throws ConfigException {
    String text = raw.strip();
    if (text.startsWith("\"") || text.startsWith("'")) {
      return unquoted(text, file, number);
    }
    int comment = text.startsWith("#") ? 0 : text.indexOf(" #");
    return comment < 0 ? text : text.substring(0, comment).strip();
  }

  private static String unquoted(String text, String file, int number) throws ConfigException {
    char quote = text.charAt(0);
    StringBuilder value = new StringBuilder();
    for (int at = 1; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == quote) {
        return value.toString();
      }
      if (c == '\\' && quote == '"' && at + 1 < text.length()) {
        at++;
        c = text.charAt(at);
      }
      value.append(c);
    }
    throw unreadable(file, number);
  }

  private static ConfigException unreadable(String file, int number) {
    return new ConfigException("Failed to read " + file + ": line " + number + " is no setting");
  }
}
