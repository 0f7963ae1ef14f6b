package io.holdpoint.arch.planted.http_is_served_at_the_edges.api;

import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;

/** The edge. */
public final class Innocent {
  public HttpServer server;
  public Router router;
}
