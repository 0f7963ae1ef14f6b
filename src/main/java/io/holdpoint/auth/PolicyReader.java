package io.holdpoint.auth;

import static io.holdpoint.auth.PolicyException.at;
import static io.holdpoint.auth.PolicyException.printable;
import static io.holdpoint.auth.PolicyException.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads policy documents: all of it is understood, or it is refused with the place and why. */
final class PolicyReader {
  private static final List<String> DOCUMENT = List.of("Version", "Statement");
  private static final List<String> STATEMENT =
      List.of("Effect", "Action", "NotAction", "Resource", "Condition");
  private static final Pattern ACTION = Pattern.compile("\\*|[A-Za-z0-9_.*?-]+:[A-Za-z0-9_./*?-]+");

  private PolicyReader() {}

  static List<Statement> read(String json) {
    JsonNode document = PolicyJson.tree(json);
    requireMembers("", document, DOCUMENT);
    String version = string("Version", require(document, "", "Version", "\"1\""));
    if (!version.equals("1")) {
      throw at("Version", "is " + quoted(version) + "; allowed: \"1\"");
    }
    JsonNode list = require(document, "", "Statement", "an array of statements");
    if (!list.isArray() || list.isEmpty()) {
      throw at("Statement", "is " + kind(list) + "; allowed: an array of at least one statement");
    }
    List<Statement> statements = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      statements.add(statement("Statement[" + i + "]", list.get(i)));
    }
    return List.copyOf(statements);
  }

  private static Statement statement(String place, JsonNode node) {
    requireMembers(place, node, STATEMENT);
    boolean allow =
        switch (string(place + ".Effect", require(node, place, "Effect", "Allow, Deny"))) {
          case "Allow" -> true;
          case "Deny" -> false;
          default ->
              throw at(
                  place + ".Effect",
                  "is " + quoted(node.get("Effect").textValue()) + "; allowed: Allow, Deny");
        };
    boolean notAction = node.has("NotAction");
    if (notAction == node.has("Action")) {
      throw at(
          place, (notAction ? "has both" : "has neither") + "; allowed: one of Action, NotAction");
    }
    String member = notAction ? "NotAction" : "Action";
    JsonNode resources = require(node, place, "Resource", "a resource or an array of them");
    return new Statement(
        allow,
        notAction,
        values(place + '.' + member, node.get(member), PolicyReader::action),
        values(place + ".Resource", resources, ResourcePattern::parse),
        node.has("Condition")
            ? ConditionReader.read(place + ".Condition", node.get("Condition"))
            : List.of());
  }

  private static Glob action(String text) {
    if (!ACTION.matcher(text).matches()) {
      throw new IllegalArgumentException(
          quoted(text) + " is no action; allowed: * or <service>:<Name>, with * and ? in either");
    }
    return Glob.of(ActionName.fold(text));
  }

  /**
   * The values of a member that may be one string or an array of them, each read by {@code read}.
   *
   * @param read throws {@link IllegalArgumentException} with what follows the place in the message
   */
  static <T> List<T> values(String place, JsonNode node, Function<String, T> read) {
    if (!node.isArray()) {
      return List.of(value(place, node, read));
    }
    if (node.isEmpty()) {
      throw at(place, "is empty; allowed: a string or an array of at least one");
    }
    List<T> values = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      values.add(value(place + '[' + i + ']', node.get(i), read));
    }
    return List.copyOf(values);
  }

  private static <T> T value(String place, JsonNode node, Function<String, T> read) {
    String text = string(place, node);
    try {
      return read.apply(text);
    } catch (IllegalArgumentException fault) {
      throw at(place + ':', String.valueOf(fault.getMessage()));
    }
  }

  private static String string(String place, JsonNode node) {
    if (!node.isTextual()) {
      throw at(place, "is " + kind(node) + "; allowed: a string in double quotes");
    }
    return node.textValue();
  }

  private static JsonNode require(JsonNode object, String place, String member, String allowed) {
    JsonNode node = object.get(member);
    if (node == null) {
      throw at(under(place, member), "is missing; allowed: " + allowed);
    }
    return node;
  }

  private static void requireMembers(String place, JsonNode node, List<String> allowed) {
    requireObject(place.isEmpty() ? "The document" : place, node, String.join(", ", allowed));
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!allowed.contains(name)) {
                throw at(under(place, name), "is unknown; allowed: " + String.join(", ", allowed));
              }
            });
  }

  static void requireObject(String place, JsonNode node, String members) {
    if (!node.isObject() || node.isEmpty()) {
      throw at(place, "is " + kind(node) + "; allowed: an object with " + members);
    }
  }

  static String under(String place, String member) {
    String name = printable(member, 60);
    return place.isEmpty() ? name : place + '.' + name;
  }

  private static String kind(JsonNode node) {
    String kind = node.getNodeType().name().toLowerCase(Locale.ROOT);
    return (node.isContainerNode() && node.isEmpty() ? "an empty " : "of the kind ") + kind;
  }
}
