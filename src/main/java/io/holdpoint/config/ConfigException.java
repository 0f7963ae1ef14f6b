package io.holdpoint.config;

/**
 * A setting that cannot be used. The message is one line for a person: it names the key, its
 * environment variable, what is wrong and what is allowed. Passwords in URIs are removed here, for
 * every message, and there is neither a cause nor a stack trace that could carry them.
 */
public final class ConfigException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ConfigException(String message) {
    super(
        Redaction.apply(message.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ")),
        null,
        false,
        false);
  }
}
