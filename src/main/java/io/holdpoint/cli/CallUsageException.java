package io.holdpoint.cli;

/** A call that cannot be made as it was asked for; nothing was sent. The message says why. */
final class CallUsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CallUsageException(String message) {
    super(message);
  }
}
