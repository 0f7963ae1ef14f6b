package io.holdpoint.auth;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Random documents of a small world, and the requests of that world: everything is near enough to
 * everything else that patterns, networks and moments both hit and miss.
 */
final class PolicyGrammar {
  private static final List<String> ACTIONS =
      List.of(
          "elasticsearch:InterruptLogstashTask",
          "elasticsearch:ResumeLogstashTask",
          "elasticsearch:ListLogstash",
          "holdpoint:GetInstanceTask",
          "holdpoint:PutCredential");
  private static final List<String> RESOURCES =
      List.of(
          "acs:elasticsearch:cn-hangzhou:default:logstashes/ls-1",
          "acs:elasticsearch:cn-hangzhou:default:logstashes/ls-12",
          "acs:elasticsearch:cn-hangzhou:default:logstashes/*",
          "acs:elasticsearch:cn-hangzhou:other:logstashes/ls-1",
          "acs:elasticsearch:cn-hangzhou:default:logstashes/a%2Fb%3Ac",
          "acs:holdpoint:cn-hangzhou:default:credentials/vault-1");
  private static final List<String> ADDRESSES =
      List.of("192.0.2.1", "192.0.2.255", "198.51.100.7", "2001:db8::1", "::1", "2001:db8:ffff::");
  private static final List<String> NETWORKS =
      List.of(
          "192.0.2.0/24",
          "192.0.2.1",
          "192.0.2.254/31",
          "0.0.0.0/0",
          "::/0",
          "2001:db8::/32",
          "2001:db8::1",
          "::ffff:192.0.2.0/120",
          "198.51.100.7/32");
  private static final List<String> MOMENTS =
      List.of("2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", "2026-12-01T00:00:00Z");
  private static final List<String> WRITTEN_MOMENTS =
      List.of("2026-01-01T00:00:00Z", "2026-06-01T08:00:00+08:00", "2026-12-01T00:00:00.000Z");

  private final SplittableRandom random;

  PolicyGrammar(SplittableRandom random) {
    this.random = random;
  }

  <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  AccessRequest request() {
    String[] parts = one(RESOURCES).split(":", 5);
    return new AccessRequest(
        ActionName.parse(one(ACTIONS)),
        new ResourceName(parts[1], parts[2], parts[3], parts[4]),
        IpAddress.parse(one(ADDRESSES)),
        random.nextBoolean(),
        Instant.parse(one(MOMENTS)));
  }

  List<String> statements(int most) {
    List<String> statements = new ArrayList<>();
    for (int i = random.nextInt(1, most + 1); i > 0; i--) {
      statements.add(statement(chance(0.3) ? "Deny" : "Allow"));
    }
    return statements;
  }

  static String document(List<String> statements) {
    return "{\"Version\":\"1\",\"Statement\":[" + String.join(",", statements) + "]}";
  }

  String statement(String effect) {
    List<String> members = new ArrayList<>();
    members.add("\"Effect\":\"" + effect + '"');
    members.add((chance(0.15) ? "\"NotAction\":" : "\"Action\":") + oneOrMore(this::action));
    members.add("\"Resource\":" + oneOrMore(this::resource));
    if (chance(0.4)) {
      members.add("\"Condition\":" + conditions());
    }
    for (int i = members.size() - 1; i > 0; i--) {
      members.add(members.remove(random.nextInt(i + 1)));
    }
    return '{' + String.join(",", members) + '}';
  }

  private String oneOrMore(Supplier<String> value) {
    if (chance(0.5)) {
      return '"' + value.get() + '"';
    }
    List<String> values = new ArrayList<>();
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      values.add('"' + value.get() + '"');
    }
    return '[' + String.join(",", values) + ']';
  }

  private String action() {
    if (chance(0.2)) {
      return "*";
    }
    String action = one(ACTIONS);
    int colon = action.indexOf(':');
    String text =
        (chance(0.2) ? widened(action.substring(0, colon)) : action.substring(0, colon))
            + ':'
            + (chance(0.6) ? widened(action.substring(colon + 1)) : action.substring(colon + 1));
    return chance(0.1) ? text.toUpperCase(Locale.ROOT) : text;
  }

  private String resource() {
    if (chance(0.3)) {
      return "*";
    }
    String[] parts = one(RESOURCES).split(":", 5);
    for (int i = 1; i < parts.length; i++) {
      if (chance(0.4)) {
        parts[i] = chance(0.5) ? "*" : widened(parts[i]);
      }
    }
    return String.join(":", parts);
  }

  /** Some of its characters are replaced by wildcards. */
  private String widened(String text) {
    StringBuilder wide = new StringBuilder(text);
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      int from = random.nextInt(wide.length());
      if (random.nextBoolean()) {
        wide.replace(from, Math.min(wide.length(), from + random.nextInt(6)), "*");
      } else {
        wide.setCharAt(from, '?');
      }
    }
    return wide.toString();
  }

  private String conditions() {
    List<String> conditions = new ArrayList<>();
    if (chance(0.5)) {
      String operator = chance(0.5) ? "IpAddress" : "NotIpAddress";
      conditions.add(condition(operator, "acs:SourceIp", () -> one(NETWORKS)));
    }
    if (chance(0.5)) {
      conditions.add(condition("Bool", "acs:SecureTransport", () -> one(List.of("true", "false"))));
    }
    if (conditions.isEmpty() || chance(0.5)) {
      String operator = one(List.of(DateOperator.values())).text();
      conditions.add(condition(operator, "acs:CurrentTime", () -> one(WRITTEN_MOMENTS)));
    }
    return '{' + String.join(",", conditions) + '}';
  }

  private String condition(String operator, String key, Supplier<String> value) {
    return '"' + operator + "\":{\"" + key + "\":" + oneOrMore(value) + '}';
  }
}
