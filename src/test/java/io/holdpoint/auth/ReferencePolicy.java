package io.holdpoint.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdpoint.auth.AccessDecision.Kind;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

/**
 * What documents mean, worked out anew from their JSON for every request, by other means than the
 * product's. It trusts them to be well-formed.
 */
final class ReferencePolicy {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ReferencePolicy() {}

  static Kind decide(List<String> documents, AccessRequest request) {
    List<String> effects = new ArrayList<>();
    for (String document : documents) {
      for (JsonNode statement : tree(document).get("Statement")) {
        if (matches(statement, request)) {
          effects.add(statement.get("Effect").textValue());
        }
      }
    }
    if (effects.contains("Deny")) {
      return Kind.EXPLICIT_DENY;
    }
    return effects.contains("Allow") ? Kind.ALLOWED : Kind.IMPLICIT_DENY;
  }

  private static JsonNode tree(String document) {
    try {
      return MAPPER.readTree(document);
    } catch (JsonProcessingException fault) {
      throw new AssertionError("accepted, but no JSON: " + document, fault);
    }
  }

  private static boolean matches(JsonNode statement, AccessRequest request) {
    boolean named =
        statement.has("Action")
            ? any(statement.get("Action"), text -> names(text, request))
            : !any(statement.get("NotAction"), text -> names(text, request));
    return named
        && any(statement.get("Resource"), text -> covers(text, request.resource()))
        && (!statement.has("Condition")
            || statement.get("Condition").properties().stream()
                .allMatch(condition -> holds(condition, request)));
  }

  private static boolean any(JsonNode values, Predicate<String> test) {
    return values.isArray()
        ? StreamSupport.stream(values.spliterator(), false)
            .anyMatch(value -> test.test(value.textValue()))
        : test.test(values.textValue());
  }

  private static boolean names(String pattern, AccessRequest request) {
    return GlobReference.matches(
        pattern.toLowerCase(Locale.ROOT), request.action().text().toLowerCase(Locale.ROOT));
  }

  private static boolean covers(String pattern, ResourceName name) {
    if (pattern.equals("*")) {
      return true;
    }
    String[] parts = pattern.split(":", 5);
    String[] values = {"acs", name.service(), name.region(), name.account(), name.relative()};
    for (int i = 0; i < values.length; i++) {
      if (!GlobReference.matches(parts[i], values[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean holds(Map.Entry<String, JsonNode> condition, AccessRequest request) {
    String operator = condition.getKey();
    JsonNode values = condition.getValue().elements().next();
    return switch (operator) {
      case "IpAddress" -> any(values, text -> contains(text, request.source()));
      case "NotIpAddress" -> !any(values, text -> contains(text, request.source()));
      case "Bool" -> any(values, text -> Boolean.parseBoolean(text) == request.secure());
      case "DateNotEquals" -> !any(values, text -> moment(text).equals(request.now()));
      default -> any(values, text -> compares(operator, request.now(), moment(text)));
    };
  }

  private static Instant moment(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }

  private static boolean compares(String operator, Instant now, Instant moment) {
    return operator.contains("Equals") && now.equals(moment)
        || operator.contains("Less") && now.isBefore(moment)
        || operator.contains("Greater") && now.isAfter(moment);
  }

  private static boolean contains(String network, IpAddress address) {
    String[] parts = network.split("/", 2);
    byte[] base = bytes(parts[0]);
    int written = parts[0].contains(":") ? 128 : 32;
    int bits = base.length * 8;
    int prefix = parts.length == 1 ? bits : Integer.parseInt(parts[1]) - (written - bits);
    BigInteger value =
        new BigInteger(
            1, ByteBuffer.allocate(16).putLong(address.high()).putLong(address.low()).array());
    if (address.isV4()) {
      value = value.mod(BigInteger.ONE.shiftLeft(32));
    }
    return address.isV4() == (base.length == 4)
        && value
            .shiftRight(bits - prefix)
            .equals(new BigInteger(1, base).shiftRight(bits - prefix));
  }

  private static byte[] bytes(String literal) {
    try {
      return InetAddress.getByName(literal).getAddress();
    } catch (UnknownHostException noLiteral) {
      throw new AssertionError("accepted, but no address: " + literal, noLiteral);
    }
  }
}
