package io.holdpoint.auth;

import io.holdpoint.api.RequestTarget;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A request as it is sent, read by the service's own reading of the target. */
final class WireRequest implements SignedRequest {
  private final String method;
  private final String target;
  private final List<Header> headers;
  private final byte[] body;
  private final @Nullable RequestTarget read;

  private WireRequest(String method, String target, List<Header> headers, byte[] body) {
    this(method, target, headers, body, read(target));
  }

  private WireRequest(
      String method,
      String target,
      List<Header> headers,
      byte[] body,
      @Nullable RequestTarget read) {
    this.method = method;
    this.target = target;
    this.headers = headers;
    this.body = body;
    this.read = read;
  }

  record Header(String name, String value) {}

  static WireRequest of(String method, String target) {
    return new WireRequest(method, target, List.of(), new byte[0]);
  }

  private static @Nullable RequestTarget read(String target) {
    try {
      return RequestTarget.parse(target);
    } catch (RequestTarget.Malformed refused) {
      return null;
    }
  }

  private RequestTarget read() {
    if (read == null) {
      throw new IllegalStateException(target);
    }
    return read;
  }

  String target() {
    return target;
  }

  List<Header> headers() {
    return headers;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public byte[] body() {
    return body;
  }

  WireRequest header(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new WireRequest(method, target, more, body, read);
  }

  WireRequest without(String name) {
    return headers(headers.stream().filter(h -> !h.name().equalsIgnoreCase(name)).toList());
  }

  /** With one value in place of the one it has. */
  WireRequest replace(String name, String value) {
    return without(name).header(name, value);
  }

  WireRequest headers(List<Header> others) {
    return new WireRequest(method, target, List.copyOf(others), body, read);
  }

  WireRequest method(String other) {
    return new WireRequest(other, target, headers, body, read);
  }

  WireRequest target(String other) {
    return new WireRequest(method, other, headers, body);
  }

  WireRequest body(byte[] other) {
    return new WireRequest(method, target, headers, other, read);
  }

  WireRequest body(String text) {
    return body(text.getBytes(StandardCharsets.UTF_8));
  }

  String value(String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .findFirst()
        .orElse("");
  }

  /** Whether its target has a single reading; a signature is looked at only then. */
  boolean isReadable() {
    return read != null;
  }

  @Override
  public String rawPath() {
    return read().rawPath();
  }

  @Override
  public List<String> segments() {
    return read().segments();
  }

  @Override
  public List<QueryParameter> query() {
    return read().parameters().stream()
        .map(p -> new QueryParameter(p.name(), p.value(), p.equalsSign()))
        .toList();
  }

  @Override
  public void headers(BiConsumer<String, String> each) {
    headers.forEach(header -> each.accept(header.name(), header.value()));
  }

  @Override
  public String toString() {
    return method + " " + target + " " + headers + " " + body.length + " bytes";
  }
}
