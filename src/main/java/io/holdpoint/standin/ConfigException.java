package io.holdpoint.standin;

/** Why a node cannot start, or a pipeline cannot be built; the message is what the log says. */
final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  ConfigException(String message) {
    super(message);
  }
}
