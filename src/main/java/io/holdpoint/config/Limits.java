package io.holdpoint.config;

import java.time.Duration;

/**
 * The checks that the records share; each failure names key, variable, value and what is allowed.
 */
final class Limits {

  private static final int SHOWN_CHARACTERS = 80;

  private Limits() {}

  static void number(String key, long value, long min, long max) {
    if (value < min || value > max) {
      throw refused(key, "is " + value + "; allowed: " + min + " to " + max);
    }
  }

  static void bytes(String key, long value, long min, long max) {
    if (value < min || value > max) {
      throw refused(
          key,
          "is "
              + Units.formatBytes(value)
              + "; allowed: "
              + Units.formatBytes(min)
              + " to "
              + Units.formatBytes(max));
    }
  }

  static void duration(String key, Duration value, Duration min, Duration max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw refused(
          key,
          "is "
              + Units.format(value)
              + "; allowed: "
              + Units.format(min)
              + " to "
              + Units.format(max));
    }
  }

  /** Two ports of this process, of which 0 is any free one. */
  static void differs(String key, int port, String otherKey, int other) {
    if (port != 0 && port == other) {
      throw refused(
          key,
          "is "
              + port
              + ", the same as "
              + named(otherKey)
              + "; allowed: another port, or 0 for any free one");
    }
  }

  static void host(String key, String value) {
    if (!value.matches("[A-Za-z0-9._:%-]{1,253}")) {
      throw refused(key, "is " + shown(value) + "; allowed: an address or a host name");
    }
  }

  static String named(String key) {
    return KeyCatalog.INSTANCE.named(key);
  }

  /** A value as messages show it: quoted, without passwords, cut after that. */
  static String shown(String value) {
    String safe = Redaction.apply(value);
    return safe.length() <= SHOWN_CHARACTERS
        ? '"' + safe + '"'
        : '"' + safe.substring(0, SHOWN_CHARACTERS) + "…\"";
  }

  static ConfigException refused(String key, String problem) {
    return new ConfigException(named(key) + " " + problem);
  }
}
