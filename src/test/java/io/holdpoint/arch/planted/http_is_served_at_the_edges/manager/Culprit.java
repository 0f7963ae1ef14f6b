package io.holdpoint.arch.planted.http_is_served_at_the_edges.manager;

import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;

/** A second, private door. */
public final class Culprit {
  public HttpServer server;
  public Router router;
}
