package io.holdpoint.compose;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The project's {@code docker-compose.yml}, its anchors resolved. */
record ComposeFile(String text, JsonObject document) {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+)(:\\?[^}]+)?}|\\$");

  static ComposeFile read() {
    try {
      return of(Files.readString(Path.of("docker-compose.yml")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ComposeFile of(String text) {
    Map<String, Object> tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
    return new ComposeFile(text, new JsonObject(tree));
  }

  Set<String> services() {
    return document.getJsonObject("services").fieldNames();
  }

  /** The services that serve the API. */
  List<String> nodes() {
    return services().stream()
        .filter(name -> new JsonArray().add("serve").equals(service(name).getValue("command")))
        .sorted()
        .toList();
  }

  JsonObject service(String name) {
    return document.getJsonObject("services").getJsonObject(name);
  }

  /** Every variable that it takes from outside. */
  Set<String> variables() {
    return VARIABLE
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What a service mounts out of the project's folder, by its place inside. */
  Map<String, String> mounts(String service) {
    Map<String, String> mounts = new TreeMap<>();
    for (Object volume : service(service).getJsonArray("volumes", new JsonArray())) {
      String[] parts = volume.toString().split(":");
      if (parts[0].startsWith(".")) {
        mounts.put(parts[1], parts[0]);
      }
    }
    return mounts;
  }

  /** A service's environment as Compose would set it. */
  Map<String, String> environment(String service, Map<String, String> outside) {
    Map<String, String> environment = new HashMap<>();
    JsonObject written = service(service).getJsonObject("environment", new JsonObject());
    for (Map.Entry<String, Object> entry : written) {
      environment.put(entry.getKey(), interpolate(entry.getValue().toString(), outside));
    }
    return environment;
  }

  /** Of all forms that Compose knows only those without a default. */
  private static String interpolate(String text, Map<String, String> outside) {
    Matcher variable = VARIABLE.matcher(text);
    return variable.replaceAll(
        match -> {
          String value = match.group(1) == null ? null : outside.get(match.group(1));
          if (value == null) {
            throw new IllegalArgumentException(match.group() + " has no value");
          }
          return Matcher.quoteReplacement(value);
        });
  }
}
