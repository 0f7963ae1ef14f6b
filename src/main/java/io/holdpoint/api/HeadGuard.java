package io.holdpoint.api;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Strictness below the web server, so that there is never a second reading of a message head: what
 * a proxy in front might read differently is refused, answered in order, and ends the connection;
 * over HTTP/2, the stream. It knows HTTP/1.0, 1.1 and 2, without upgrades; a connection it cannot
 * guard is closed. A head that does not come in time ends the connection without an answer.
 *
 * <p>Use: {@code server.connectionHandler(guard::install)}, with an {@code invalidRequestHandler}
 * that writes what {@link #describe} says, and {@link #refusal} asked before a request is served.
 * With {@link Http2Guard} and {@link AcceptGate} the one place that touches the server's internals.
 */
public final class HeadGuard {
  private static final String DECODER = "httpDecoder";

  private final Duration deadline;
  private final int longestTarget;
  private final Runnable slow;

  /**
   * @param deadline for a head to begin on a new connection, and for one that has begun to end
   * @param longestTarget of a request over HTTP/2; in HTTP/1.1 the decoder bounds the line
   * @param slow told of each connection that is closed for its deadline
   */
  public HeadGuard(Duration deadline, int longestTarget, Runnable slow) {
    this.deadline = deadline;
    this.longestTarget = longestTarget;
    this.slow = slow;
  }

  /** What an invalid request is answered with. No part of it comes from the request. */
  public record Refusal(int status, String code, String message) {
    static Refusal of(ApiError error) {
      return new Refusal(error.status(), error.code(), error.message(""));
    }

    static Refusal of(HeadRefused.Reason reason) {
      ApiError error = ApiError.INVALID_TARGET;
      return new Refusal(error.status(), error.code(), reason.sentence);
    }
  }

  /** Guards one connection; to be called from the server's connection handler. */
  public void install(HttpConnection connection) {
    if (connection instanceof HttpServerConnection server) {
      ChannelHandlerContext context = server.channelHandlerContext();
      AcceptGate.served(context.channel());
      ChannelPipeline pipeline = context.pipeline();
      if (context.handler() instanceof Http2ConnectionHandler http2) {
        Http2Guard.install(http2, context, longestTarget, deadline, slow);
        return;
      }
      if (pipeline.get(DECODER) != null) {
        StrictHead strictHead = new StrictHead();
        HeadDeadline head = new HeadDeadline(context.channel(), deadline, slow);
        pipeline.addBefore(DECODER, "headGate", new HeadGate(strictHead, head));
        pipeline.addAfter(DECODER, "strictHead", strictHead);
        return;
      }
    }
    connection.close();
  }

  /** Why a request over HTTP/2 must not be served; null when it may. */
  public static @Nullable Refusal refusal(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_2
            && request.connection() instanceof HttpServerConnection server
        ? Http2Guard.refusal(server.channelHandlerContext().channel(), request.streamId())
        : null;
  }

  /** Whether something other than an empty body is to come after the head. */
  static boolean expectsBody(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2
        && request.connection() instanceof HttpServerConnection server) {
      return Http2Guard.expectsBody(server.channelHandlerContext().channel(), request.streamId());
    }
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return length != null && !length.equals("0")
        || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  /** Says how to answer a request that the decoder or this guard refused. */
  public static Refusal describe(HttpServerRequest invalid) {
    Throwable cause = invalid.decoderResult().cause();
    if (cause instanceof TooLongHttpLineException) {
      return Refusal.of(ApiError.REQUEST_LINE_TOO_LONG);
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return Refusal.of(ApiError.HEADERS_TOO_LARGE);
    }
    return Refusal.of(
        cause instanceof HeadRefused refused ? refused.reason() : HeadRefused.Reason.OUT_OF_STEP);
  }
}
