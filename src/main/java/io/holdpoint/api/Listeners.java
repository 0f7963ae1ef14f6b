package io.holdpoint.api;

import io.holdpoint.config.HttpConfig;
import io.holdpoint.config.TlsConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of the API: the plain one and, where it is configured, one over TLS with HTTP/1.1 and
 * HTTP/2. The same guard and the same limits stand on both. HTTP/2 without TLS is not spoken.
 */
final class Listeners {
  private static final Logger log = LoggerFactory.getLogger(Listeners.class);
  private static final int STREAMS = 100;
  private static final int STREAM_WINDOW = 64 << 10;
  private static final int CONNECTION_WINDOW = 1 << 20;

  /** Resets, ours and the client's, that end the connection: they cost us more than the client. */
  private static final int RESETS = 200;

  private static final int RESETS_SECONDS = 30;
  private static final int SMALL_CONTINUATIONS = 16;

  private final Vertx vertx;
  private final HttpConfig http;
  private final TlsConfig tls;
  private final ApiMetrics metrics;
  private final HeadGuard guard;
  private final TlsReload certificates;
  private @Nullable HttpServer plain;
  private @Nullable HttpServer encrypted;

  Listeners(
      Vertx vertx,
      HttpConfig http,
      TlsConfig tls,
      InstantSource clock,
      MeterRegistry registry,
      ApiMetrics metrics) {
    this.vertx = vertx;
    this.http = http;
    this.tls = tls;
    this.metrics = metrics;
    guard = new HeadGuard(http.headDeadline(), http.maxRequestLine(), metrics::connectionSlow);
    certificates = new TlsReload(vertx, tls, clock, registry);
  }

  /**
   * Opens them; fails with one line that says what to do.
   *
   * @param served what may be served
   * @param needsTls what came without TLS although it must not
   * @param invalid what could not be read as a request
   */
  Future<?> open(
      Handler<HttpServerRequest> served,
      Handler<HttpServerRequest> needsTls,
      Handler<HttpServerRequest> invalid) {
    HttpServer opened = server(options(), http.plain() ? served : needsTls, invalid);
    plain = opened;
    Future<?> tlsOpened =
        http.httpsPort().isPresent()
            ? openTls(http.httpsPort().getAsInt(), served, invalid)
            : Future.succeededFuture();
    return tlsOpened.compose(done -> opened.listen(http.port(), http.host()));
  }

  private Future<?> openTls(
      int port, Handler<HttpServerRequest> served, Handler<HttpServerRequest> invalid) {
    return certificates
        .load()
        .compose(
            identity -> {
              HttpServer opened = server(encrypted(identity.options()), served, invalid);
              encrypted = opened;
              return opened.listen(port, http.host());
            })
        .recover(failure -> Future.failedFuture(explained(failure, port)))
        .onSuccess(certificates::watch);
  }

  private Throwable explained(Throwable failure, int port) {
    return failure instanceof IOException
        ? new IllegalStateException(
            "port "
                + port
                + " on "
                + http.host()
                + " cannot be bound ("
                + failure.getMessage()
                + "); stop the other process or set HOLDPOINT_HTTPS_PORT",
            failure.getCause())
        : failure;
  }

  private HttpServer server(
      HttpServerOptions options,
      Handler<HttpServerRequest> requests,
      Handler<HttpServerRequest> invalid) {
    return vertx
        .createHttpServer(options)
        .connectionHandler(guard::install)
        .exceptionHandler(this::failed)
        .invalidRequestHandler(invalid)
        .requestHandler(requests);
  }

  private void failed(Throwable failure) {
    if (failure instanceof SslHandshakeTimeoutException) {
      metrics.connectionSlow();
    }
    log.debug("a connection failed", failure);
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setHttp2ClearTextEnabled(false)
        .setMaxInitialLineLength(http.maxRequestLine())
        .setMaxHeaderSize(http.maxHeader())
        .setIdleTimeout((int) http.idleTimeout().toMillis())
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
        .setHandle100ContinueAutomatically(true)
        .setDecompressionSupported(false)
        .setCompressionSupported(false)
        // There are no web sockets; what watches for them would bound pipelining by an exception.
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false)
        .setTcpNoDelay(true);
  }

  private HttpServerOptions encrypted(ServerSSLOptions identity) {
    HttpServerOptions options =
        options()
            .setSsl(true)
            .setUseAlpn(true)
            .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
            .setKeyCertOptions(identity.getKeyCertOptions())
            .setEnabledSecureTransportProtocols(identity.getEnabledSecureTransportProtocols())
            .setClientAuth(identity.getClientAuth())
            .setSslHandshakeTimeout(tls.handshakeTimeout().toMillis())
            .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
            .setInitialSettings(
                new Http2Settings()
                    .setMaxConcurrentStreams(STREAMS)
                    .setInitialWindowSize(STREAM_WINDOW)
                    // Here the target is a header too, and each counts 32 bytes more.
                    .setMaxHeaderListSize((long) http.maxHeader() + http.maxRequestLine()))
            .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
            .setHttp2RstFloodMaxRstFramePerWindow(RESETS)
            .setHttp2RstFloodWindowDuration(RESETS_SECONDS)
            .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS)
            .setHttp2MaxSmallContinuationFrames(SMALL_CONTINUATIONS);
    if (identity.getTrustOptions() != null) {
      options.setTrustOptions(identity.getTrustOptions());
    }
    return options;
  }

  /** The port that was bound; another than configured when that is 0. */
  int port() {
    return plain == null ? 0 : plain.actualPort();
  }

  OptionalInt httpsPort() {
    return encrypted == null ? OptionalInt.empty() : OptionalInt.of(encrypted.actualPort());
  }

  /** Takes no new connection and answers what is in flight, for a bounded time. */
  Future<Void> drain(long timeout, TimeUnit unit) {
    return Future.join(drained(plain, timeout, unit), drained(encrypted, timeout, unit)).mapEmpty();
  }

  private static Future<Void> drained(@Nullable HttpServer server, long timeout, TimeUnit unit) {
    return server == null ? Future.succeededFuture() : server.shutdown(timeout, unit);
  }
}
