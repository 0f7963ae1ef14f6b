package io.holdpoint.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of every key after merging: the key's own environment variable, else the file with its
 * {@code ${NAME:default}} references filled in, else the default. Knows no types.
 */
final class Settings {

  private static final Pattern REFERENCE =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::([^{}]*))?\\}");

  private Settings() {}

  static Map<String, String> resolve(
      @Nullable Path file, Map<String, String> environment, KeyCatalog catalog) {
    Environment.check(environment, catalog);
    String named = environment.getOrDefault(Environment.CONF, "");
    Path chosen = file == null && !named.isEmpty() ? Path.of(named) : file;
    Map<String, String> fromFile = chosen == null ? Map.of() : read(chosen, catalog);
    Map<String, String> texts = new LinkedHashMap<>();
    catalog
        .keys()
        .forEach(
            (key, entry) -> {
              String variable = environment.getOrDefault(entry.variable(), "");
              String text = fromFile.getOrDefault(key, entry.preset());
              texts.put(key, variable.isEmpty() ? fill(key, text, environment) : variable);
            });
    return texts;
  }

  private static Map<String, String> read(Path file, KeyCatalog catalog) {
    if (!Files.exists(file)) {
      throw new ConfigException(
          "configuration file " + file + " does not exist; correct the path or leave it out");
    }
    Map<String, String> texts;
    try (InputStream in = new ByteArrayInputStream(Files.readAllBytes(file))) {
      texts = YamlTree.read(in, file.toString());
    } catch (IOException e) {
      throw new ConfigException(
          "configuration file " + file + " cannot be read; it must be a readable UTF-8 file");
    }
    Map<String, String> known = new LinkedHashMap<>();
    texts.forEach(
        (key, text) -> {
          if (catalog.keys().containsKey(key)) {
            known.put(key, text);
          } else if (!catalog.isSection(key) || !text.isEmpty()) {
            throw unknown(key, file, catalog);
          }
        });
    return known;
  }

  private static ConfigException unknown(String key, Path file, KeyCatalog catalog) {
    String where = "configuration file " + file + ": ";
    if (catalog.isSection(key)) {
      return new ConfigException(where + key + " is a single value; allowed: a section of keys");
    }
    for (String known : catalog.keys().keySet()) {
      if (key.startsWith(known + ".")) {
        return new ConfigException(
            where + catalog.named(known) + " is a section; allowed: a single value");
      }
    }
    String nearest = KeyCatalog.nearest(key, catalog.keys().keySet());
    return new ConfigException(
        where + key + " is not a known key; did you mean " + catalog.named(nearest) + "?");
  }

  private static String fill(String key, String text, Map<String, String> environment) {
    Matcher matcher = REFERENCE.matcher(text);
    StringBuilder filled = new StringBuilder();
    while (matcher.find()) {
      String value = environment.getOrDefault(matcher.group(1), "");
      if (value.isEmpty() && matcher.group(2) == null) {
        throw Limits.refused(
            key, "refers to the variable " + matcher.group(1) + ", which is not set; set it");
      }
      matcher.appendReplacement(
          filled, Matcher.quoteReplacement(value.isEmpty() ? matcher.group(2) : value));
    }
    return matcher.appendTail(filled).toString();
  }
}
