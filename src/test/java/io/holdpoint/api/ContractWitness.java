package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.ApiClient;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Holds replies against the contract: status, headers and body as described, no member that is not
 * described, and of the codes one that is listed.
 */
final class ContractWitness {
  private static final String JSON = "application/json";
  private static final Pattern OURS = Pattern.compile("(?i)x-.*|idempotency.*|allow");

  private final Contract contract;
  private final ResponseValidator validator;

  ContractWitness(Vertx vertx, Contract contract) {
    this.contract = contract;
    validator = ResponseValidator.create(vertx, contract.parsed());
  }

  ApiClient.Reply check(String operationId, int status, ApiClient.Reply reply) throws Exception {
    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    assertThat(reply.header("content-type")).isEqualTo("application/json;charset=utf-8");
    JsonObject described = described(operationId, status);
    validator
        .validate(
            ValidatableResponse.create(
                status, headers(described, reply), Buffer.buffer(reply.body()), JSON),
            operationId)
        .await(5, TimeUnit.SECONDS);
    JsonObject schema =
        described.getJsonObject("content").getJsonObject(JSON).getJsonObject("schema");
    assertThat(undescribed(reply.json(), List.of(schema), "")).as(reply.body()).isEmpty();
    if (status >= 400) {
      assertThat(described.getJsonArray("x-holdpoint-codes")).contains(reply.code());
    }
    return reply;
  }

  private JsonObject described(String operationId, int status) {
    Operation operation = contract.parsed().operation(operationId);
    JsonObject responses = operation.getOpenAPIModel().getJsonObject("responses");
    String key = String.valueOf(status);
    return responses.getJsonObject(responses.containsKey(key) ? key : "default");
  }

  /** Under their names in the contract, as the validator wants them; none of ours may lack one. */
  private static Map<String, String> headers(JsonObject described, ApiClient.Reply reply) {
    Map<String, String> names = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    described.getJsonObject("headers", new JsonObject()).fieldNames().forEach(n -> names.put(n, n));
    Map<String, String> headers = new HashMap<>();
    for (Map.Entry<String, List<String>> header : reply.response().headers().map().entrySet()) {
      String name = names.get(header.getKey());
      if (name != null) {
        headers.put(name, header.getValue().get(0));
      } else {
        assertThat(header.getKey()).matches(n -> names.isEmpty() || !OURS.matcher(n).matches());
      }
    }
    return headers;
  }

  /** The members of a value that none of the schemas has; a schema without any is open. */
  static List<String> undescribed(Object value, List<JsonObject> schemas, String at) {
    List<JsonObject> all = new ArrayList<>();
    schemas.forEach(schema -> flatten(schema, all));
    List<String> found = new ArrayList<>();
    if (value instanceof JsonArray array) {
      List<JsonObject> items =
          all.stream().map(s -> s.getJsonObject("items")).filter(Objects::nonNull).toList();
      for (int i = 0; i < array.size(); i++) {
        found.addAll(undescribed(array.getValue(i), items, at + "/" + i));
      }
    } else if (value instanceof JsonObject object) {
      for (Map.Entry<String, Object> member : object) {
        List<JsonObject> own =
            all.stream()
                .map(schema -> schema.getJsonObject("properties", new JsonObject()))
                .map(properties -> properties.getJsonObject(member.getKey()))
                .filter(Objects::nonNull)
                .toList();
        if (own.isEmpty() && !open(all)) {
          found.add(at + "/" + member.getKey());
        }
        found.addAll(undescribed(member.getValue(), own, at + "/" + member.getKey()));
      }
    }
    return found;
  }

  private static boolean open(List<JsonObject> schemas) {
    return schemas.stream()
            .anyMatch(
                schema ->
                    schema.containsKey("additionalProperties")
                        && !Boolean.FALSE.equals(schema.getValue("additionalProperties")))
        || schemas.stream().noneMatch(schema -> schema.containsKey("properties"));
  }

  private static void flatten(JsonObject schema, List<JsonObject> into) {
    into.add(schema);
    for (String joined : List.of("allOf", "oneOf", "anyOf")) {
      JsonArray parts = schema.getJsonArray(joined, new JsonArray());
      for (int i = 0; i < parts.size(); i++) {
        flatten(parts.getJsonObject(i), into);
      }
    }
  }
}
