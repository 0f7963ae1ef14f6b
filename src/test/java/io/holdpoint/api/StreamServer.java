package io.holdpoint.api;

import io.holdpoint.bus.TaskBus;
import io.holdpoint.config.StreamConfig;
import io.holdpoint.task.Answer;
import io.holdpoint.task.EventFilter;
import io.holdpoint.task.EventKind;
import io.holdpoint.task.Query.ReadStream;
import io.holdpoint.task.StreamEnd;
import io.holdpoint.task.StreamEntry;
import io.holdpoint.testkit.BareEvent;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * A bare server of one account's stream, whose time a test holds and whose sockets hold little: one
 * page of its entries is more than what lies between the two ends of a connection.
 */
final class StreamServer implements AutoCloseable {
  static final String HOST = "127.0.0.1";
  static final String EVENTS = "/events";
  private static final int SEND_BUFFER = 8_192;
  private static final int TURNS = 10;
  private static final String LONG_REASON = "because ".repeat(150);
  private static final StreamConfig SELDOM =
      new StreamConfig(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(15), 9, 9);

  private final Vertx vertx = Vertx.vertx();
  private final HeldTime time = new HeldTime(vertx);
  private final TaskBus bus = new TaskBus(vertx, Duration.ofSeconds(10));
  private final List<Long> readAfter = new CopyOnWriteArrayList<>();
  private final HttpServer http;
  private final CompletableFuture<Context> serving = new CompletableFuture<>();
  private volatile long end;
  private volatile boolean over;

  StreamServer() throws Exception {
    bus.serveQueries(query -> Future.succeededFuture(read((ReadStream) query)));
    http =
        vertx
            .createHttpServer(new HttpServerOptions().setSendBufferSize(SEND_BUFFER))
            .requestHandler(this::answer);
    http.listen(0, HOST).await(10, TimeUnit.SECONDS);
  }

  private void answer(HttpServerRequest request) {
    if (!request.path().equals(EVENTS)) {
      request.response().end();
      return;
    }
    serving.complete(vertx.getOrCreateContext());
    Exchange exchange = new Exchange(request, RequestTarget.NONE, 0);
    exchange.identify(Caller.unsigned(HOST));
    EventStream stream = new EventStream(time.vertx(), exchange, EventFilter.ALL);
    stream.over().onComplete(gone -> over = true);
    stream.begin(bus, SELDOM, 0);
  }

  private Answer read(ReadStream query) {
    readAfter.add(query.after());
    return new Answer.Streamed(
        LongStream.rangeClosed(query.after() + 1, Math.min(end, query.after() + query.limit()))
            .mapToObj(StreamServer::entry)
            .toList());
  }

  private static StreamEntry entry(long position) {
    return new StreamEntry(
        position, BareEvent.of("ls-cn-1", position, EventKind.STEP_DONE, LONG_REASON));
  }

  StreamReader open() throws IOException {
    return new StreamReader(http.actualPort());
  }

  int port() {
    return http.actualPort();
  }

  Vertx vertx() {
    return vertx;
  }

  HeldTime time() {
    return time;
  }

  boolean isOver() {
    return over;
  }

  /** The positions behind which the stream was read so far. */
  List<Long> readAfter() {
    return readAfter;
  }

  /** Gives the stream entries up to this position and tells everybody. */
  void grow(long position) {
    end = position;
    bus.announce(new StreamEnd(Caller.DEFAULT_ACCOUNT, position));
  }

  /** Lets the stream do what it has been told and, one after the other, what follows from that. */
  void turnTheLoop() {
    for (int i = 0; i < TURNS; i++) {
      CompletableFuture<Void> turned = new CompletableFuture<>();
      serving.join().runOnContext(turn -> turned.complete(null));
      turned.join();
    }
  }

  @Override
  public void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }
}
