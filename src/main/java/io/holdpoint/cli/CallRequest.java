package io.holdpoint.cli;

import io.holdpoint.Build;
import io.holdpoint.auth.PercentEncoder;
import io.holdpoint.auth.QueryParameter;
import io.holdpoint.auth.SignedRequest;
import io.holdpoint.cli.CallOperation.Body;
import io.holdpoint.cli.CallOperation.Parameter;
import io.holdpoint.cli.CallOperation.Place;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** One request as every attempt sends it; only what signing adds differs between them. */
final class CallRequest implements SignedRequest {
  private static final String VISIBLE = "[\\x20-\\x7E]*";

  private final CallEndpoint endpoint;
  private final String method;
  private final List<String> segments = new ArrayList<>();
  private final List<QueryParameter> query = new ArrayList<>();
  private final Map<String, String> headers = new LinkedHashMap<>();
  private final byte[] body;

  /**
   * @param values of the operation's parameters, by name
   * @param body empty for none
   * @throws CallUsageException when the operation does not take them, or lacks one
   */
  CallRequest(
      CallEndpoint endpoint, CallOperation operation, Map<String, String> values, byte[] body) {
    this.endpoint = endpoint;
    this.method = operation.method();
    this.body = body;
    check(operation, values);
    for (String part : operation.path().substring(1).split("/", -1)) {
      segments.add(
          part.startsWith("{") ? segment(part.substring(1, part.length() - 1), values) : part);
    }
    headers.put("accept", "application/json");
    headers.put("user-agent", "holdpoint-call/" + Build.version());
    if (body.length > 0) {
      headers.put("content-type", "application/json");
    }
    values.forEach((name, value) -> place(operation.parameters().get(name), value));
  }

  private void check(CallOperation operation, Map<String, String> values) {
    for (String name : values.keySet()) {
      if (!operation.parameters().containsKey(name)) {
        throw new CallUsageException(
            operation.id()
                + " has no parameter "
                + name
                + "; it has "
                + (operation.parameters().isEmpty()
                    ? "none"
                    : String.join(", ", operation.parameters().keySet())));
      }
    }
    String missing =
        operation.required().stream()
            .map(Parameter::name)
            .filter(name -> !values.containsKey(name))
            .map(name -> name.equals(CallOperation.INSTANCE_ID) ? "--instance" : "--param " + name)
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      throw new CallUsageException(operation.id() + " needs " + missing);
    }
    if (body.length > 0 && operation.body() == Body.NONE) {
      throw new CallUsageException(operation.id() + " takes no --body");
    }
    if (body.length == 0 && operation.body() == Body.REQUIRED) {
      throw new CallUsageException(operation.id() + " needs a --body");
    }
  }

  /** Dots would be resolved on the way, an empty one would be another path. */
  private static String segment(String name, Map<String, String> values) {
    String value = values.getOrDefault(name, "");
    if (value.isEmpty() || value.equals(".") || value.equals("..")) {
      throw new CallUsageException("the value of " + name + " cannot stand in a path");
    }
    return value;
  }

  private void place(Parameter parameter, String value) {
    if (parameter.place() == Place.QUERY) {
      query.add(new QueryParameter(parameter.name(), value, true));
    } else if (parameter.place() == Place.HEADER) {
      if (!value.matches(VISIBLE)) {
        throw new CallUsageException(
            "the value of " + parameter.name() + " cannot stand in a header; allowed: ASCII text");
      }
      headers.put(parameter.name(), value.strip());
    }
  }

  URI uri() {
    String pairs =
        query.stream()
            .map(
                pair ->
                    PercentEncoder.encode(pair.name()) + "=" + PercentEncoder.encode(pair.value()))
            .collect(Collectors.joining("&"));
    return endpoint.resolve(pairs.isEmpty() ? rawPath() : rawPath() + "?" + pairs);
  }

  /** The headers to send, without the host, which the client adds. */
  Map<String, String> sentHeaders() {
    return headers;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public String rawPath() {
    return segments.stream().map(PercentEncoder::encode).collect(Collectors.joining("/", "/", ""));
  }

  @Override
  public List<String> segments() {
    return segments;
  }

  @Override
  public List<QueryParameter> query() {
    return query;
  }

  @Override
  public void headers(BiConsumer<String, String> each) {
    each.accept("host", endpoint.authority());
    headers.forEach(each);
  }

  @Override
  public byte[] body() {
    return body;
  }
}
