package io.holdpoint.api;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what went wrong into the envelope; only defects of ours are logged with their trace. */
final class Failures {
  private static final Logger log = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  static void answer(Exchange exchange, Throwable failure) {
    if (failure instanceof ApiException refused) {
      ApiError error = refused.error();
      String message = error.message(refused.parameter());
      if (error == ApiError.BODY_TOO_LARGE || error == ApiError.BODY_TOO_SLOW) {
        exchange.failAndLinger(error.status(), error.code(), message);
      } else if (error == ApiError.BODY_BROKEN) {
        exchange.failAndClose(error.status(), error.code(), message);
      } else if (error == ApiError.UNAVAILABLE) {
        exchange.failEarly(error);
      } else {
        exchange.refuse(() -> exchange.fail(error, refused.parameter()));
      }
      return;
    }
    if (exchange.request().response().closed()) {
      return;
    }
    log.atError()
        .addKeyValue("requestId", Exchange.text(exchange.requestId()))
        .setCause(failure)
        .log("a request failed unexpectedly");
    exchange.fail(ApiError.INTERNAL);
  }
}
