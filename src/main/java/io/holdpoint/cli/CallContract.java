package io.holdpoint.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.holdpoint.cli.CallOperation.Body;
import io.holdpoint.cli.CallOperation.Parameter;
import io.holdpoint.cli.CallOperation.Place;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The operations that this build's {@code openapi.yaml} publishes, by their ids. */
final class CallContract {
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

  private static final String STREAM = "text/event-stream";

  private final JsonNode document;
  private final Map<String, CallOperation> operations = new LinkedHashMap<>();
  private final Map<String, String> streams = new LinkedHashMap<>();

  private CallContract(JsonNode document) {
    this.document = document;
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        entry -> {
                          if (METHODS.contains(entry.getKey())) {
                            add(path.getKey(), path.getValue(), entry.getKey(), entry.getValue());
                          }
                        }));
  }

  static CallContract load() {
    try (InputStream in = CallContract.class.getResourceAsStream("/openapi.yaml")) {
      if (in == null) {
        throw new IllegalStateException("openapi.yaml is missing from the class path");
      }
      return new CallContract(new YAMLMapper().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In the order of the contract. */
  Map<String, CallOperation> operations() {
    return operations;
  }

  /**
   * @throws CallUsageException naming what there is
   */
  CallOperation operation(String id) {
    if (streams.containsKey(id)) {
      throw new CallUsageException(
          id
              + " does not end by itself; follow it with a client of server-sent events, such as"
              + " curl --no-buffer, at "
              + streams.get(id));
    }
    CallOperation operation = operations.get(id);
    if (operation == null) {
      throw new CallUsageException(
          "the contract has no such operation; it has " + String.join(", ", operations.keySet()));
    }
    return operation;
  }

  private void add(String path, JsonNode shared, String method, JsonNode declared) {
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    shared.path("parameters").forEach(each -> add(each, parameters));
    declared.path("parameters").forEach(each -> add(each, parameters));
    JsonNode body = declared.path("requestBody");
    String id = declared.path("operationId").asText();
    JsonNode content = resolve(declared.path("responses").path("200")).path("content");
    if (content.has(STREAM)) {
      streams.put(id, path);
      return;
    }
    operations.put(
        id,
        new CallOperation(
            id,
            method.toUpperCase(Locale.ROOT),
            path,
            parameters,
            body.isMissingNode()
                ? Body.NONE
                : body.path("required").asBoolean() ? Body.REQUIRED : Body.OPTIONAL,
            declared.path("x-holdpoint-changing").asBoolean(),
            content.has("application/json")));
  }

  private void add(JsonNode declared, Map<String, Parameter> parameters) {
    JsonNode parameter = resolve(declared);
    String name = parameter.path("name").asText();
    Place place = Place.valueOf(parameter.path("in").asText().toUpperCase(Locale.ROOT));
    parameters.put(name, new Parameter(name, place, parameter.path("required").asBoolean()));
  }

  private JsonNode resolve(JsonNode node) {
    String reference = node.path("$ref").asText("");
    return reference.isEmpty() ? node : document.at(reference.substring(1));
  }
}
