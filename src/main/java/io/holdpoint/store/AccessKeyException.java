package io.holdpoint.store;

/** A change of access keys that is refused; one line that says why and what to do. */
public final class AccessKeyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AccessKeyException(String message) {
    super(message, null, false, false);
  }
}
