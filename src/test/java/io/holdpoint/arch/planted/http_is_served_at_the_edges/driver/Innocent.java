package io.holdpoint.arch.planted.http_is_served_at_the_edges.driver;

import io.vertx.core.http.HttpClient;

/** Asks others, serves nobody. */
public final class Innocent {
  public HttpClient client;
}
