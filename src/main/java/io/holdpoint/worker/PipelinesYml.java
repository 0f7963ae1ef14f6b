package io.holdpoint.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The list of pipelines of a node. It is read and written as data: comments do not survive a
 * change, the backup keeps them.
 */
final class PipelinesYml {
  static final String ID = "pipeline.id";
  static final String PATH = "path.config";

  private static final ObjectMapper YAML =
      new ObjectMapper(
          new YAMLFactory()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS));

  private final List<Map<String, Object>> entries;

  private PipelinesYml(List<Map<String, Object>> entries) {
    this.entries = entries;
  }

  /**
   * @throws IllegalArgumentException when it is no list of maps
   */
  static PipelinesYml read(String text) {
    if (text.lines().allMatch(line -> line.isBlank() || line.startsWith("#"))) {
      return new PipelinesYml(new ArrayList<>());
    }
    try {
      return new PipelinesYml(new ArrayList<>(YAML.readValue(text, new TypeReference<>() {})));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }

  @Nullable Map<String, Object> entry(String id) {
    return entries.stream().filter(entry -> id.equals(entry.get(ID))).findFirst().orElse(null);
  }

  boolean remove(String id) {
    return entries.removeIf(entry -> id.equals(entry.get(ID)));
  }

  /** Takes the place of the entry with the same id, or the last one. */
  void put(Map<String, Object> entry) {
    for (int i = 0; i < entries.size(); i++) {
      if (entry.get(ID).equals(entries.get(i).get(ID))) {
        entries.set(i, entry);
        return;
      }
    }
    entries.add(entry);
  }

  String write() {
    try {
      return YAML.writeValueAsString(entries);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("maps of texts and numbers are YAML", impossible);
    }
  }
}
