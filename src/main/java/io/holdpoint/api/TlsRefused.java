package io.holdpoint.api;

/** A certificate that cannot be used; the message is one line that says what to do. */
final class TlsRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TlsRefused(String message) {
    super(message, null, false, false);
  }
}
