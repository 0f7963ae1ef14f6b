package io.holdpoint.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A YAML file as dotted keys and their texts, in file order. An absent value is the empty text.
 * Parser messages quote the file, passwords included, so only line and column are passed on.
 */
final class YamlTree {

  private static final ObjectReader READER =
      new YAMLMapper(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private YamlTree() {}

  static Map<String, String> read(InputStream in, String file) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    JsonNode root;
    try {
      root = READER.readTree(in);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String where = at == null ? "" : ", line " + at.getLineNr() + ", column " + at.getColumnNr();
      throw new ConfigException(
          "configuration file "
              + file
              + where
              + ": not valid YAML, or a key given twice;"
              + " check indentation, quotes and duplicates");
    }
    if (!root.isObject() && !root.isMissingNode() && !root.isNull()) {
      throw new ConfigException(
          "configuration file " + file + ": must be a map of keys, as in http: { port: 8080 }");
    }
    flatten("", root, texts, file);
    return texts;
  }

  private static void flatten(
      String prefix, JsonNode node, Map<String, String> texts, String file) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String key = prefix + field.getKey();
      JsonNode value = field.getValue();
      if (value.isObject()) {
        flatten(key + ".", value, texts, file);
      } else if (value.isArray()) {
        throw new ConfigException(
            "configuration file " + file + ": " + key + " is a list; allowed: a single value");
      } else if (texts.put(key, value.isNull() ? "" : value.asText()) != null) {
        throw new ConfigException("configuration file " + file + ": " + key + " is given twice");
      }
    }
  }
}
