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
 * Reads a body within a bound of bytes and time. A chunked empty body, which real clients send,
 * counts as no body.
 */
final class BodyReader {
  private final Vertx vertx;
  private final Duration deadline;

  BodyReader(Vertx vertx, Duration deadline) {
    this.vertx = vertx;
    this.deadline = deadline;
  }

  /** Fails with an {@link ApiException} when the body is too large, too slow or cut short. */
  Future<Buffer> read(HttpServerRequest request, long limit) {
    String announced = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (announced != null && announced.length() > 18 || length(announced) > limit) {
      return Future.failedFuture(new ApiException(ApiError.BODY_TOO_LARGE));
    }
    Promise<Buffer> promise = Promise.promise();
    Buffer body = Buffer.buffer();
    long timer =
        expectsBody(request)
            ? vertx.setTimer(
                deadline.toMillis(),
                late -> promise.tryFail(new ApiException(ApiError.BODY_TOO_SLOW)))
            : -1;
    request.exceptionHandler(broken -> promise.tryFail(new ApiException(ApiError.BODY_BROKEN)));
    request.handler(
        chunk -> {
          if (body.length() + chunk.length() > limit) {
            promise.tryFail(new ApiException(ApiError.BODY_TOO_LARGE));
          } else {
            body.appendBuffer(chunk);
          }
        });
    request.endHandler(end -> promise.tryComplete(body));
    return timer < 0
        ? promise.future()
        : promise.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  private static long length(@Nullable String announced) {
    return announced == null ? 0 : Long.parseLong(announced);
  }

  private static boolean expectsBody(HttpServerRequest request) {
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || length(request.getHeader(HttpHeaders.CONTENT_LENGTH)) > 0;
  }
}
