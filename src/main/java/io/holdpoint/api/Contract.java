package io.holdpoint.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.holdpoint.auth.Permission;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The published contract, {@code openapi.yaml}: the source of routes and validation. */
final class Contract {
  private final Buffer body;
  private final OpenAPIContract parsed;
  private final Map<String, Optional<Permission>> permissions = new HashMap<>();
  private final List<ApiOperation> operations = new ArrayList<>();

  private Contract(String text, OpenAPIContract parsed) {
    body = Buffer.buffer(text);
    this.parsed = parsed;
    for (Operation operation : parsed.operations()) {
      String id = operation.getOperationId();
      permissions.put(id, declaredPermission(id, operation.getExtensions()));
      operations.add(
          new ApiOperation(
              id,
              operation.getHttpMethod().name(),
              List.of(operation.getOpenAPIPath().substring(1).split("/", -1)),
              permissions.get(id).orElse(null),
              changing(operation)));
    }
  }

  /**
   * Loads the contract of this build. Not by file name: the library would prefer an openapi.yaml
   * that lies in the working directory.
   */
  static Future<Contract> load(Vertx vertx) {
    String text = read();
    // The library knows a few media types only, and refuses a contract with another. Of a reply it
    // looks at nothing else.
    String known = text.replace("text/event-stream:", "text/plain:");
    return OpenAPIContract.from(vertx, new JsonObject(tree(known)))
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

  /**
   * The operation of that id.
   *
   * @throws IllegalArgumentException when there is none
   */
  ApiOperation operation(String id) {
    return operations.stream()
        .filter(operation -> operation.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the contract has no operation " + id));
  }

  /** The operation that a request asks for; null when there is none. */
  @Nullable ApiOperation operation(String method, List<String> segments) {
    for (ApiOperation operation : operations) {
      if (operation.matches(method, segments)) {
        return operation;
      }
    }
    return null;
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

  /**
   * What a caller needs for the operation; empty when everybody may call it.
   *
   * @throws IllegalArgumentException when there is no such operation
   */
  Optional<Permission> permission(String operationId) {
    Optional<Permission> permission = permissions.get(operationId);
    if (permission == null) {
      throw new IllegalArgumentException("the contract has no operation " + operationId);
    }
    return permission;
  }

  /** Nothing is open by omission: an operation that everybody may call says so. */
  static Optional<Permission> declaredPermission(String id, Map<String, Object> extensions) {
    Object action = extensions.get("x-holdpoint-action");
    Object resource = extensions.get("x-holdpoint-resource");
    if ("none".equals(action) && resource == null) {
      return Optional.empty();
    }
    if (action == null || resource == null) {
      throw new IllegalStateException(id + " lacks x-holdpoint-action or x-holdpoint-resource");
    }
    try {
      return Optional.of(Permission.parse(action.toString(), resource.toString()));
    } catch (IllegalArgumentException fault) {
      throw new IllegalStateException(id + ": " + fault.getMessage(), fault);
    }
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
