package io.holdpoint.api;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.Json;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.RequestExtractor;
import io.vertx.json.schema.common.dsl.SchemaType;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatableRequest;
import io.vertx.openapi.validation.impl.RequestParameterImpl;
import io.vertx.openapi.validation.impl.ValidatableRequestImpl;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives the contract's validator the one reading of the request. The library's own extractor reads
 * the target a second time, decodes it twice and takes texts for JSON.
 */
final class ContractInput implements RequestExtractor {
  /** Where the {@link Exchange} and the body stand in a routing context. */
  static final String EXCHANGE = "holdpoint.exchange";

  static final String BODY = "holdpoint.body";

  @Override
  public Future<ValidatableRequest> extractValidatableRequest(
      RoutingContext context, Operation operation) {
    Exchange exchange = context.get(EXCHANGE);
    Map<String, String> segments =
        Contract.pathParameters(operation.getOpenAPIPath(), exchange.target().segments());
    Map<String, RequestParameter> headers = new HashMap<>();
    Map<String, RequestParameter> path = new HashMap<>();
    Map<String, RequestParameter> query = new HashMap<>();
    for (Parameter parameter : operation.getParameters()) {
      String name = parameter.getName();
      switch (parameter.getIn()) {
        case PATH -> path.put(name, value(parameter, segments.get(name)));
        case QUERY -> query.put(name, value(parameter, queryValue(exchange, name)));
        case HEADER -> headers.put(name, value(parameter, context.request().getHeader(name)));
        default -> throw new IllegalStateException("the contract has no cookies: " + name);
      }
    }
    Buffer body = context.get(BODY);
    if (operation.getRequestBody() == null || body == null || body.length() == 0) {
      return Future.succeededFuture(new ValidatableRequestImpl(Map.of(), headers, path, query));
    }
    return Future.succeededFuture(
        new ValidatableRequestImpl(
            Map.of(),
            headers,
            path,
            query,
            new RequestParameterImpl(body),
            contentType(context.request().getHeader(HttpHeaders.CONTENT_TYPE))));
  }

  /** The token is judged after all other parameters, by {@link CommandInput#ticket}. */
  private static @Nullable String queryValue(Exchange exchange, String name) {
    return name.equals(CommandInput.CLIENT_TOKEN) ? null : exchange.target().parameter(name);
  }

  /** The library reads every value as JSON; written as a JSON text, a text stays what it is. */
  static RequestParameter value(Parameter parameter, @Nullable String value) {
    boolean text = value != null && parameter.getSchemaType() == SchemaType.STRING;
    return new RequestParameterImpl(text ? Json.encode(value) : value);
  }

  /** The library compares content types by prefix and case; ours are told apart exactly. */
  private static @Nullable String contentType(@Nullable String header) {
    if (header == null) {
      return null;
    }
    String essence = header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return essence.equals("application/json") ? essence : "x-" + essence;
  }
}
