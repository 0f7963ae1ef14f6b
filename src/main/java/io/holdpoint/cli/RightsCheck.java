package io.holdpoint.cli;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.TreeSet;

/**
 * Judges roles and policies before they are stored: the one place where the command line asks what
 * a role or a policy is.
 */
final class RightsCheck {
  private static final Set<String> ROLES =
      Set.of("read-only", "operator", "brake-only", "administrator");
  private static final int LONGEST_POLICY = 6_144;

  private RightsCheck() {}

  /**
   * @throws IllegalArgumentException with one line that says what is allowed
   */
  static void requireRole(String role) {
    if (!ROLES.contains(role)) {
      throw new IllegalArgumentException(
          "there is no such role; allowed: " + String.join(", ", new TreeSet<>(ROLES)));
    }
  }

  /**
   * @throws IllegalArgumentException with one line that says what is wrong with the document
   */
  static void requirePolicy(String document) {
    if (document.length() > LONGEST_POLICY) {
      throw new IllegalArgumentException(
          "the policy is longer than " + LONGEST_POLICY + " characters");
    }
    try {
      if (!new JsonObject(document).containsKey("Statement")) {
        throw new IllegalArgumentException("the policy has no Statement");
      }
    } catch (DecodeException notJson) {
      throw new IllegalArgumentException("the policy is no JSON object");
    }
  }
}
