package io.holdpoint.secret;

/**
 * A secret that cannot be had, or keys that cannot be used. The message is one line for the
 * operator and names neither keys nor secrets; there is no cause, because causes may quote them.
 */
public final class SecretException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SecretException(String message) {
    super(message.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " "), null, false, false);
  }
}
