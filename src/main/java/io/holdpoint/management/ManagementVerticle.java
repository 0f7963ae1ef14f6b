package io.holdpoint.management;

import io.holdpoint.config.ManagementConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Serves {@code /health/live}, {@code /health/ready}, {@code /metrics} and {@code /info}. */
public final class ManagementVerticle extends VerticleBase {
  private final ManagementConfig config;
  private final Supplier<Future<Optional<String>>> readiness;
  private final Supplier<String> metrics;
  private final Map<String, String> information;
  private HttpServer server;

  /**
   * @param readiness empty when ready, else the reason why not
   * @param metrics the Prometheus text
   */
  public ManagementVerticle(
      ManagementConfig config,
      Supplier<Future<Optional<String>>> readiness,
      Supplier<String> metrics,
      Map<String, String> information) {
    this.config = config;
    this.readiness = readiness;
    this.metrics = metrics;
    this.information = information;
  }

  @Override
  public Future<?> start() {
    Router router = Router.router(vertx);
    router.get("/health/live").handler(context -> status(context, 200, "up", ""));
    router.get("/health/ready").handler(this::ready);
    router
        .get("/metrics")
        .handler(
            context ->
                context
                    .response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
                    .end(metrics.get()));
    router
        .get("/info")
        .handler(context -> context.json(new JsonObject(Map.<String, Object>copyOf(information))));
    server =
        vertx
            .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
            .requestHandler(router);
    return server.listen(config.port(), config.host());
  }

  private void ready(RoutingContext context) {
    readiness
        .get()
        .onComplete(
            reason -> {
              boolean ready = reason.isEmpty();
              status(context, ready ? 200 : 503, ready ? "ready" : "not ready", reason.orElse(""));
            },
            failure -> status(context, 503, "not ready", "the check failed"));
  }

  private static void status(RoutingContext context, int code, String status, String reason) {
    JsonObject document = new JsonObject().put("status", status);
    if (!reason.isEmpty()) {
      document.put("reason", reason);
    }
    context.response().setStatusCode(code);
    context.json(document);
  }

  /** The port that was bound; another than configured when that is 0. */
  public int port() {
    return server.actualPort();
  }
}
