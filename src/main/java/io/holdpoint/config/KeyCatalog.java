package io.holdpoint.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every key there is, in the order of {@code conf/holdpoint.yaml} on the class path, with its
 * environment variable and its default. The file is the only list; a fault in it is a fault of the
 * build and throws {@link IllegalStateException}.
 */
final class KeyCatalog {

  static final String RESOURCE = "conf/holdpoint.yaml";
  static final KeyCatalog INSTANCE = read();

  private final Map<String, Key> keys;

  /**
   * One key.
   *
   * @param variable its environment variable
   * @param preset its default, as text
   */
  record Key(String variable, String preset) {}

  private KeyCatalog(Map<String, Key> keys) {
    this.keys = keys;
  }

  Map<String, Key> keys() {
    return keys;
  }

  Set<String> variables() {
    Set<String> variables = new TreeSet<>();
    keys.values().forEach(key -> variables.add(key.variable()));
    return variables;
  }

  boolean isSection(String path) {
    return keys.keySet().stream().anyMatch(key -> key.startsWith(path + "."));
  }

  /** The key as messages show it: {@code http.port (HOLDPOINT_HTTP_PORT)}. */
  String named(String key) {
    Key known = keys.get(key);
    return known == null ? key : key + " (" + known.variable() + ")";
  }

  /** The candidate with the fewest edits to {@code name}; candidates are never empty. */
  static String nearest(String name, Collection<String> candidates) {
    String best = null;
    int fewest = Integer.MAX_VALUE;
    for (String candidate : candidates) {
      int edits = edits(name, candidate);
      if (edits < fewest) {
        fewest = edits;
        best = candidate;
      }
    }
    if (best == null) {
      throw new IllegalArgumentException("no candidates");
    }
    return best;
  }

  private static int edits(String from, String to) {
    int[] previous = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] current = new int[to.length() + 1];
      current[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[to.length()];
  }

  private static KeyCatalog read() {
    Pattern whole = Pattern.compile("\\$\\{(HOLDPOINT_[A-Z_]+):([^{}]*)\\}");
    Map<String, Key> keys = new LinkedHashMap<>();
    try (InputStream in = KeyCatalog.class.getClassLoader().getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is not on the class path");
      }
      YamlTree.read(in, RESOURCE)
          .forEach(
              (key, text) -> {
                Matcher matcher = whole.matcher(text);
                if (!matcher.matches()) {
                  throw new IllegalStateException(
                      RESOURCE + ": " + key + " has no ${NAME:default}");
                }
                keys.put(key, new Key(matcher.group(1), matcher.group(2)));
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new KeyCatalog(keys);
  }
}
