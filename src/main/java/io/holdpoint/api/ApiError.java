package io.holdpoint.api;

/**
 * The error codes of the API with their status and message: word for word as Alibaba Cloud's pages
 * and gateway give them where these name one, else in their manner. {@code %s} stands for the name
 * of a parameter.
 */
enum ApiError {
  INSTANCE_NOT_FOUND(400, "InstanceNotFound", "The instanceId provided does not exist."),
  STATUS_NOT_SUPPORTED(
      400,
      "InstanceStatusNotSupportCurrentAction",
      "The cluster is running tasks or in an error status. Try again later."),
  NONCE_USED(400, "SignatureNonceUsed", "Specified signature nonce was used already."),
  FORBIDDEN(
      403,
      "Forbidden.RAM",
      "User not authorized to operate on the specified resource, or this API doesn't support RAM."),
  MISMATCH(400, "IdempotentParameterMismatch", "The request is retried with updated parameters."),
  TOKEN_IN_PROGRESS(
      400,
      "TokenPreviousRequestProcessError",
      "The previous request with this clientToken is still being processed. Try again later."),
  INVALID_CLIENT_TOKEN(400, "InvalidClientToken", "Specified parameter clientToken is not valid."),
  INVALID_PARAMETER(
      400, "InvalidParameter", "The specified value of parameter \"%s\" is not valid."),
  MISSING_PARAMETER(
      400,
      "MissingParameter",
      "The input parameter \"%s\" that is mandatory for processing this request is not supplied."),
  RESTART_BATCH_VALUE(
      400, "RestartBatchValueError", "A forced restart needs a batchCount over 0 and up to 100."),
  NORMAL_RESTART_BATCH(
      400, "NormalRestartNotSupportBatch", "A batchCount is for a forced restart only."),
  UNKNOWN_CREDENTIAL(
      400,
      "InvalidParameter",
      "The specified value of parameter \"credential\" is not valid: no credential is named \"%s\"."),
  CREDENTIAL_NOT_FOUND(400, "CredentialNotFound", "The credential provided does not exist."),
  NODE_NOT_FOUND(400, "NodeNotFound", "The node provided does not exist."),
  CREDENTIAL_IN_USE(400, "CredentialInUse", "Nodes of the instance \"%s\" name the credential."),
  NO_SEALING_KEY(
      400,
      "SealingKeyMissing",
      "This service has no key to seal secrets with; set HOLDPOINT_SECRET_KEY_FILE."),
  WEBHOOK_NOT_FOUND(400, "WebhookNotFound", "The webhook provided does not exist."),
  WEBHOOK_HOST_NOT_ALLOWED(
      400,
      "WebhookHostNotAllowed",
      "This service may not send to the host of the url over its scheme and port; allow it in"
          + " webhook.allowed-hosts (HOLDPOINT_WEBHOOK_ALLOWED_HOSTS) of the service."),
  TOO_MANY_WEBHOOKS(
      400, "WebhookLimitExceeded", "The account has as many webhooks as it may have."),
  DEAD_LETTER_NOT_FOUND(
      400, "DeadLetterNotFound", "The webhook has no dead letter at this position."),
  POSITION_NOT_FOUND(
      400,
      "EventPositionNotFound",
      "The stream of events ends at position %s, before the one to go on behind: its database was"
          + " restored from an older copy. Go on behind that position or an earlier one."),
  INVALID_TARGET(400, "InvalidRequest", "The request target is not valid."),
  API_NOT_FOUND(
      404, "InvalidApi.NotFound", "Specified api is not found, please check your url and method."),
  METHOD_NOT_SUPPORTED(405, "UnsupportedHTTPMethod", "This http method is not supported."),
  BODY_TOO_LARGE(413, "RequestBodyTooLarge", "The request body is larger than allowed."),
  BODY_TOO_SLOW(400, "InvalidRequest", "The request body did not arrive in time."),
  BODY_BROKEN(400, "InvalidRequest", "The request body broke off."),
  REQUEST_LINE_TOO_LONG(414, "RequestUriTooLong", "The request line is too long."),
  HEADERS_TOO_LARGE(431, "RequestHeaderTooLarge", "The request headers are too large."),
  NEED_SSL(400, "InvalidProtocol.NeedSsl", "Your request is denied as lack of ssl protect."),
  THROTTLED(400, "Throttling.User", "Request was denied due to user flow control."),
  INTERNAL(
      500,
      "InternalError",
      "The request processing has failed due to some unknown error, exception or failure."),
  UNAVAILABLE(
      503,
      "ServiceUnavailable",
      "The request has failed due to a temporary failure of the server.");

  private final int status;
  private final String code;
  private final String message;

  ApiError(int status, String code, String message) {
    this.status = status;
    this.code = code;
    this.message = message;
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  String message(String parameter) {
    return message.indexOf('%') < 0 ? message : message.formatted(parameter);
  }
}
