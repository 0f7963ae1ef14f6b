package io.holdpoint.api;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body within a bound of bytes and time, and within what all bodies together may take: by
 * the announced length, or by what has arrived when none was announced. A chunked empty body, which
 * real clients send, counts as no body.
 */
final class BodyReader {
  private final Vertx vertx;
  private final Duration deadline;
  private final ApiMetrics metrics;

  BodyReader(Vertx vertx, Duration deadline, ApiMetrics metrics) {
    this.vertx = vertx;
    this.deadline = deadline;
    this.metrics = metrics;
  }

  /**
   * Fails with an {@link ApiException} when the body is too large, too slow or cut short, or when
   * there is no room for it.
   */
  Future<Buffer> read(Exchange exchange, long limit) {
    HttpServerRequest request = exchange.request();
    String announced = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (announced != null && announced.length() > 18 || length(announced) > limit) {
      return Future.failedFuture(new ApiException(ApiError.BODY_TOO_LARGE));
    }
    if (!exchange.holdsBody(length(announced))) {
      return Future.failedFuture(shed(exchange));
    }
    Promise<Buffer> promise = Promise.promise();
    Buffer body = Buffer.buffer();
    request.exceptionHandler(broken -> promise.tryFail(new ApiException(ApiError.BODY_BROKEN)));
    request.handler(
        chunk -> {
          if (promise.future().isComplete()) {
            return;
          }
          int length = body.length() + chunk.length();
          if (length > limit) {
            promise.tryFail(new ApiException(ApiError.BODY_TOO_LARGE));
          } else if (!exchange.holdsBody(length)) {
            promise.tryFail(shed(exchange));
          } else {
            body.appendBuffer(chunk);
          }
        });
    request.endHandler(end -> promise.tryComplete(body));
    return HeadGuard.expectsBody(request) ? bounded(exchange, promise) : promise.future();
  }

  /** A body that takes too long is given up, at once when an interrupt needs its place. */
  private Future<Buffer> bounded(Exchange exchange, Promise<Buffer> promise) {
    long timer =
        vertx.setTimer(
            deadline.toMillis(), late -> promise.tryFail(new ApiException(ApiError.BODY_TOO_SLOW)));
    exchange.awaitsBody(() -> promise.tryFail(shed(exchange)));
    return promise
        .future()
        .onComplete(
            done -> {
              vertx.cancelTimer(timer);
              exchange.hasBody();
            });
  }

  private ApiException shed(Exchange exchange) {
    metrics.shed(ApiMetrics.Bound.BODIES, exchange.isInterrupt());
    return new ApiException(ApiError.UNAVAILABLE);
  }

  private static long length(@Nullable String announced) {
    return announced == null ? 0 : Long.parseLong(announced);
  }
}
