package io.holdpoint.cli;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What {@code holdpoint call} reads of the environment, so that a secret need not be an argument. A
 * misspelt variable is refused: it would send an unsigned request, or one to another service.
 */
record CallEnvironment(String endpoint, String accessKeyId, String accessKeySecret) {
  static final String ENDPOINT = "HOLDPOINT_CALL_ENDPOINT";
  static final String ACCESS_KEY_ID = "HOLDPOINT_CALL_ACCESS_KEY_ID";
  static final String ACCESS_KEY_SECRET = "HOLDPOINT_CALL_ACCESS_KEY_SECRET";
  static final Set<String> NAMES = Set.of(ENDPOINT, ACCESS_KEY_ID, ACCESS_KEY_SECRET);

  private static final String PREFIX = "HOLDPOINT_CALL_";

  /**
   * Absent and empty variables are the same.
   *
   * @throws CallUsageException when there is one of this prefix that is not known
   */
  static CallEnvironment of(Map<String, String> environment) {
    for (String name : new TreeSet<>(environment.keySet())) {
      if (name.startsWith(PREFIX) && !NAMES.contains(name)) {
        throw new CallUsageException(
            "environment variable "
                + name
                + " is not known; known: "
                + String.join(", ", new TreeSet<>(NAMES)));
      }
    }
    return new CallEnvironment(
        environment.getOrDefault(ENDPOINT, ""),
        environment.getOrDefault(ACCESS_KEY_ID, ""),
        environment.getOrDefault(ACCESS_KEY_SECRET, ""));
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "CallEnvironment[" + endpoint + " " + accessKeyId + "]";
  }
}
