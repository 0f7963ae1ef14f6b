package io.holdpoint.api;

/** A refusal on its way to the envelope; an expected event without a stack trace. */
final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ApiError error;
  private final String parameter;

  ApiException(ApiError error, String parameter) {
    super(error.code(), null, false, false);
    this.error = error;
    this.parameter = parameter;
  }

  ApiException(ApiError error) {
    this(error, "");
  }

  ApiError error() {
    return error;
  }

  String parameter() {
    return parameter;
  }
}
