package io.holdpoint.driver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.holdpoint.driver.SimulatedPipelines.Definition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a simulated Logstash reads from its settings directory. */
final class SimulatedSettings {
  private static final ObjectReader READER = new YAMLMapper().reader();

  private SimulatedSettings() {}

  /**
   * {@code logstash.yml} by dotted names, nested or not.
   *
   * @throws IllegalArgumentException when it is no YAML
   */
  static Map<String, String> values(SimulatedFiles files, String pathSettings) {
    Map<String, String> values = new TreeMap<>();
    flatten("", parsed(files.text(pathSettings + "/logstash.yml"), "logstash.yml"), values);
    return values;
  }

  /**
   * The pipelines of {@code pipelines.yml} with their texts.
   *
   * @throws IllegalArgumentException whose message says what is wrong with it
   */
  static List<Definition> pipelines(SimulatedFiles files, String pathSettings) {
    JsonNode root = parsed(files.text(pathSettings + "/pipelines.yml"), "pipelines.yml");
    if (!root.isArray()) {
      throw new IllegalArgumentException("pipelines.yml is empty or no list of pipelines");
    }
    List<Definition> definitions = new ArrayList<>();
    for (JsonNode entry : root) {
      Map<String, String> settings = new TreeMap<>();
      flatten("", entry, settings);
      String id = settings.remove("pipeline.id");
      if (id == null) {
        throw new IllegalArgumentException("pipelines.yml has a pipeline without pipeline.id");
      }
      String text = settings.remove("config.string");
      String path = settings.remove("path.config");
      definitions.add(new Definition(id, text == null ? text(files, path) : text, settings));
    }
    return definitions;
  }

  /** The text that a {@code path.config} stands for. */
  static String text(SimulatedFiles files, @Nullable String path) {
    StringBuilder text = new StringBuilder();
    for (String file : path == null ? List.<String>of() : files.matching(path)) {
      text.append(files.text(file));
    }
    if (text.isEmpty()) {
      throw new IllegalArgumentException("No config files found in path " + path);
    }
    return text.toString();
  }

  private static JsonNode parsed(String text, String file) {
    try {
      return READER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(file + " is no YAML", e);
    }
  }

  private static void flatten(String prefix, JsonNode node, Map<String, String> values) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (field.getValue().isObject()) {
        flatten(prefix + field.getKey() + ".", field.getValue(), values);
      } else if (!field.getValue().isNull()) {
        values.put(prefix + field.getKey(), field.getValue().asText());
      }
    }
  }
}
