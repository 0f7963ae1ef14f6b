package io.holdpoint.api;

import io.holdpoint.auth.QueryParameter;
import io.holdpoint.auth.SignedRequest;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** A request as its signature sees it: the same one reading that routes and handlers look at. */
final class RequestView implements SignedRequest {
  private final HttpServerRequest request;
  private final RequestTarget target;
  private final byte[] body;

  RequestView(Exchange exchange, byte[] body) {
    request = exchange.request();
    target = exchange.target();
    this.body = body;
  }

  @Override
  public String method() {
    return request.method().name();
  }

  @Override
  public String rawPath() {
    return target.rawPath();
  }

  @Override
  public List<String> segments() {
    return target.segments();
  }

  @Override
  public List<QueryParameter> query() {
    return target.parameters();
  }

  @Override
  public void headers(BiConsumer<String, String> each) {
    for (Map.Entry<String, String> header : request.headers()) {
      each.accept(header.getKey(), header.getValue());
    }
  }

  @Override
  public byte[] body() {
    return body;
  }
}
