package io.holdpoint.auth;

import static io.holdpoint.auth.PolicyException.at;
import static io.holdpoint.auth.PolicyException.quoted;
import static io.holdpoint.auth.PolicyReader.under;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the conditions of a statement. An operator or a key that means nothing here is refused: a
 * condition left out would widen an Allow.
 */
final class ConditionReader {
  private static final String SOURCE_IP = "acs:SourceIp";
  private static final String SECURE_TRANSPORT = "acs:SecureTransport";
  private static final String CURRENT_TIME = "acs:CurrentTime";

  /** The key that each operator takes. */
  private static final Map<String, String> KEYS = new LinkedHashMap<>();

  static {
    KEYS.put("IpAddress", SOURCE_IP);
    KEYS.put("NotIpAddress", SOURCE_IP);
    KEYS.put("Bool", SECURE_TRANSPORT);
    for (DateOperator operator : DateOperator.values()) {
      KEYS.put(operator.text(), CURRENT_TIME);
    }
  }

  private ConditionReader() {}

  static List<Condition> read(String place, JsonNode node) {
    PolicyReader.requireObject(place, node, "operators");
    List<Condition> conditions = new ArrayList<>();
    node.properties()
        .forEach(
            member -> {
              String operator = member.getKey();
              String key = KEYS.get(operator);
              if (key == null) {
                throw at(
                    under(place, operator),
                    "is no operator here; allowed: " + String.join(", ", KEYS.keySet()));
              }
              String at = under(place, operator);
              conditions.add(condition(at, operator, key, keyed(at, key, member.getValue())));
            });
    return List.copyOf(conditions);
  }

  private static JsonNode keyed(String place, String key, JsonNode node) {
    PolicyReader.requireObject(place, node, key);
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!name.equals(key)) {
                throw at(under(place, name), "is no key of this operator; allowed: " + key);
              }
            });
    return node.get(key);
  }

  private static Condition condition(
      String operatorPlace, String operator, String key, JsonNode node) {
    String place = under(operatorPlace, key);
    return switch (operator) {
      case "IpAddress", "NotIpAddress" ->
          new Condition.SourceIp(
              operator.equals("NotIpAddress"), PolicyReader.values(place, node, IpNetwork::parse));
      case "Bool" -> {
        List<Boolean> values = PolicyReader.values(place, node, ConditionReader::bool);
        yield new Condition.SecureTransport(values.contains(true), values.contains(false));
      }
      default ->
          new Condition.CurrentTime(
              dateOperator(operator), PolicyReader.values(place, node, ConditionReader::moment));
    };
  }

  private static DateOperator dateOperator(String text) {
    for (DateOperator operator : DateOperator.values()) {
      if (operator.text().equals(text)) {
        return operator;
      }
    }
    throw new IllegalStateException(text);
  }

  private static boolean bool(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(
              quoted(text) + " is no truth value; allowed: \"true\", \"false\"");
    };
  }

  private static Instant moment(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException fault) {
      throw new IllegalArgumentException(
          quoted(text)
              + " is no moment; allowed: ISO 8601 with an offset, such as 2012-11-11T23:59:59Z");
    }
  }
}
