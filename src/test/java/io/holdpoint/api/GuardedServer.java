package io.holdpoint.api;

import io.holdpoint.testkit.RawHttp;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A bare server behind {@link HeadGuard} that echoes method, target and body of what it accepts.
 */
final class GuardedServer implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer http;

  private GuardedServer() {
    HeadGuard guard = new HeadGuard(Duration.ofMinutes(1), 4096, () -> {});
    HttpServerOptions options =
        new HttpServerOptions()
            .setHttp2ClearTextEnabled(false)
            .setMaxInitialLineLength(4096)
            .setMaxHeaderSize(16384)
            .setIdleTimeout(75)
            .setHandle100ContinueAutomatically(true)
            .setDecompressionSupported(false);
    http =
        vertx
            .createHttpServer(options)
            .connectionHandler(guard::install)
            .exceptionHandler(refused -> {})
            .requestHandler(GuardedServer::echo)
            .invalidRequestHandler(GuardedServer::refuse);
  }

  static GuardedServer start() throws Exception {
    GuardedServer server = new GuardedServer();
    server.http.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS);
    return server;
  }

  RawHttp connect() throws IOException {
    return RawHttp.connect(http.actualPort());
  }

  @Override
  public void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private static void echo(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> request.response().end(request.method() + " " + request.uri() + " " + body));
  }

  private static void refuse(HttpServerRequest invalid) {
    HeadGuard.Refusal refusal = HeadGuard.describe(invalid);
    invalid
        .response()
        .setStatusCode(refusal.status())
        .end(refusal.code() + " " + refusal.message());
  }
}
