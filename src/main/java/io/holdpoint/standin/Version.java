package io.holdpoint.standin;

/** A version of Logstash, as far as the API's shape follows from it. */
record Version(String text, int major, int minor) {
  static Version of(String text) {
    String[] parts = text.split("\\.");
    if (!text.matches("\\d{1,4}\\.\\d{1,4}\\.\\d.*")) {
      throw new IllegalArgumentException("not a version: " + text);
    }
    return new Version(text, Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
  }

  boolean isAtLeast(int otherMajor, int otherMinor) {
    return major > otherMajor || (major == otherMajor && minor >= otherMinor);
  }
}
