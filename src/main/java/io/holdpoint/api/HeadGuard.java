package io.holdpoint.api;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;

/**
 * Strictness below the web server, so that there is never a second reading of a message head: what
 * a proxy in front might read differently is refused, answered in order, and ends the connection.
 * It knows HTTP/1.1 and 1.0 only, without upgrades; a connection it cannot guard is closed.
 *
 * <p>Use: {@code server.connectionHandler(HeadGuard::install)}, with an {@code
 * invalidRequestHandler} that writes what {@link #describe} says. The one place that touches the
 * server's internals.
 */
public final class HeadGuard {
  private static final String DECODER = "httpDecoder";

  private HeadGuard() {}

  /** What an invalid request is answered with. No part of it comes from the request. */
  public record Refusal(int status, String code, String message) {}

  /** Guards one connection; to be called from the server's connection handler. */
  public static void install(HttpConnection connection) {
    if (connection instanceof HttpServerConnection server) {
      ChannelPipeline pipeline = server.channelHandlerContext().pipeline();
      if (pipeline.get(DECODER) != null) {
        StrictHead strictHead = new StrictHead();
        pipeline.addBefore(DECODER, "headGate", new HeadGate(strictHead));
        pipeline.addAfter(DECODER, "strictHead", strictHead);
        return;
      }
    }
    connection.close();
  }

  /** Says how to answer a request that the decoder or this guard refused. */
  public static Refusal describe(HttpServerRequest invalid) {
    Throwable cause = invalid.decoderResult().cause();
    if (cause instanceof TooLongHttpLineException) {
      return refusal(ApiError.REQUEST_LINE_TOO_LONG);
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return refusal(ApiError.HEADERS_TOO_LARGE);
    }
    HeadRefused.Reason reason =
        cause instanceof HeadRefused refused ? refused.reason() : HeadRefused.Reason.OUT_OF_STEP;
    return new Refusal(
        ApiError.INVALID_TARGET.status(), ApiError.INVALID_TARGET.code(), reason.sentence);
  }

  private static Refusal refusal(ApiError error) {
    return new Refusal(error.status(), error.code(), error.message(""));
  }
}
