package io.holdpoint.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The published contract, {@code openapi.yaml}: the source of routes and validation. */
final class Contract {
  private final Buffer body;
  private final OpenAPIContract parsed;

  private Contract(String text, OpenAPIContract parsed) {
    body = Buffer.buffer(text);
    this.parsed = parsed;
  }

  /**
   * Loads the contract of this build. Not by file name: the library would prefer an openapi.yaml
   * that lies in the working directory.
   */
  static Future<Contract> load(Vertx vertx) {
    String text = read();
    return OpenAPIContract.from(vertx, new JsonObject(tree(text)))
        .map(parsed -> new Contract(text, parsed));
  }

  private static Map<String, Object> tree(String text) {
    try {
      return new YAMLMapper().readValue(text, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("openapi.yaml cannot be read", e);
    }
  }

  private static String read() {
    try (InputStream in = Contract.class.getResourceAsStream("/openapi.yaml")) {
      if (in == null) {
        throw new IllegalStateException("openapi.yaml is missing from the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text's bytes, the same ones for every reply. */
  Buffer body() {
    return body;
  }

  OpenAPIContract parsed() {
    return parsed;
  }

  /** The methods of the operations that have this path; none when the path is unknown. */
  Set<String> methods(List<String> segments) {
    return parsed.operations().stream()
        .filter(operation -> matches(operation.getOpenAPIPath(), segments))
        .map(operation -> operation.getHttpMethod().name())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean matches(String template, List<String> segments) {
    String[] parts = template.substring(1).split("/", -1);
    if (parts.length != segments.size()) {
      return false;
    }
    for (int i = 0; i < parts.length; i++) {
      if (!parts[i].startsWith("{") && !parts[i].equals(segments.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** The path parameters of {@code segments}, by name, where {@code template} has them. */
  static Map<String, String> pathParameters(String template, List<String> segments) {
    String[] parts = template.substring(1).split("/", -1);
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < parts.length; i++) {
      if (parts[i].startsWith("{")) {
        values.put(parts[i].substring(1, parts[i].length() - 1), segments.get(i));
      }
    }
    return values;
  }

  /** Whether the operation changes something, so that unknown query names are refused. */
  static boolean changing(Operation operation) {
    return Boolean.TRUE.equals(operation.getExtensions().get("x-holdpoint-changing"));
  }

  static Set<String> queryNames(Operation operation) {
    Set<String> names = new HashSet<>();
    for (Parameter parameter : operation.getParameters()) {
      if (parameter.getIn() == Location.QUERY) {
        names.add(parameter.getName());
      }
    }
    return names;
  }
}
