package io.holdpoint.api;

import io.holdpoint.bus.TaskBus;
import io.holdpoint.config.StreamConfig;
import io.holdpoint.task.EventFilter;
import io.holdpoint.task.StreamEntry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import org.jspecify.annotations.Nullable;

/**
 * One client's stream of server-sent events (HTML Living Standard, 9.2). Reads no further than the
 * client does, and gives up on one that does not read. Ends at a certain age: its client comes
 * again and has to show that it still may.
 */
final class EventStream {
  private static final long COMMENT_MILLIS = 15_000;
  private static final long UNREAD_MILLIS = 30_000;
  private static final long RETRY_MILLIS = 1_000;

  /** RFC 9113, 7: the stream is not needed any more. */
  private static final long CANCEL = 8;

  private final Vertx vertx;
  private final Exchange exchange;
  private final HttpServerResponse response;
  private final EventFilter wanted;
  private final Promise<Void> over = Promise.promise();
  private TaskBus.@Nullable Registration following;
  private long comments = -1;
  private long unread = -1;
  private long aged = -1;
  private boolean quiet;

  EventStream(Vertx vertx, Exchange exchange, EventFilter wanted) {
    this.vertx = vertx;
    this.exchange = exchange;
    this.wanted = wanted;
    response = exchange.request().response();
    response.closeHandler(gone -> finish());
    response.endHandler(ended -> finish());
  }

  /** Completes when the client has gone or was let go. */
  Future<Void> over() {
    return over.future();
  }

  void begin(TaskBus bus, StreamConfig config, long after) {
    if (over.future().isComplete()) {
      return;
    }
    exchange.outlive();
    response
        .setChunked(true)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        // nginx would keep events back until its buffer is full.
        .putHeader("X-Accel-Buffering", "no")
        .putHeader("x-acs-request-id", Exchange.text(exchange.requestId()));
    response.write("retry: " + RETRY_MILLIS + "\n\n");
    comments = vertx.setPeriodic(COMMENT_MILLIS, due -> comment());
    aged = vertx.setTimer(config.maxAge().toMillis(), old -> end());
    following = bus.follow(exchange.accountId(), after, config.pollInterval(), this::send);
  }

  private Future<Void> send(StreamEntry entry) {
    if (!wanted.wants(entry.event()) || response.closed()) {
      return Future.succeededFuture();
    }
    quiet = false;
    response.write(
        "id: "
            + entry.position()
            + "\nevent: "
            + entry.event().kind().text()
            + "\ndata: "
            + TaskDocument.of(entry).encode()
            + "\n\n");
    return response.writeQueueFull() ? room() : Future.succeededFuture();
  }

  private Future<Void> room() {
    Promise<Void> drained = Promise.promise();
    unread = vertx.setTimer(UNREAD_MILLIS, late -> letGo());
    response.drainHandler(
        room -> {
          vertx.cancelTimer(unread);
          drained.tryComplete();
        });
    return drained.future();
  }

  /** Over HTTP/2 the connection's other streams go on. */
  private void letGo() {
    HttpConnection connection = exchange.request().connection();
    if (exchange.request().version() == HttpVersion.HTTP_2) {
      response.reset(CANCEL);
    } else if (connection instanceof HttpServerConnection server) {
      // The connection's own close waits until all was sent, to a client that takes nothing.
      var unused = server.channelHandlerContext().close();
    } else {
      connection.close();
    }
  }

  /** Keeps proxies from taking the connection for dead. */
  private void comment() {
    if (quiet && !response.writeQueueFull()) {
      response.write(":\n\n");
    }
    quiet = true;
  }

  Future<Void> end() {
    return following == null || response.ended() || response.closed()
        ? Future.succeededFuture()
        : response.end();
  }

  private void finish() {
    vertx.cancelTimer(comments);
    vertx.cancelTimer(unread);
    vertx.cancelTimer(aged);
    if (following != null) {
      following.stop();
    }
    exchange.outlive();
    over.tryComplete();
  }
}
