package io.holdpoint.auth;

/**
 * A request that is not taken for its signer's; an expected event without a stack trace, and
 * without any text of the request.
 */
public final class AuthException extends Exception {
  private static final long serialVersionUID = 1L;

  private final AuthError error;

  public AuthException(AuthError error) {
    super(error.code(), null, false, false);
    this.error = error;
  }

  public AuthError error() {
    return error;
  }
}
