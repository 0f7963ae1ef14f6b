package io.holdpoint.testkit;

import io.holdpoint.api.RequestTarget;
import io.holdpoint.auth.QueryParameter;
import io.holdpoint.auth.SignedRequest;
import io.holdpoint.testkit.RawHttp.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * A request as it goes over the wire, in the hands of its sender or of somebody who saw it pass: it
 * can be sent any number of times, byte for byte the same, or altered and then sent. The length of
 * the body is counted when it is sent, all other headers are as given.
 */
public record CapturedRequest(String method, String target, List<Header> headers, byte[] body)
    implements SignedRequest {

  /** A header line. */
  public record Header(String name, String value) {}

  static CapturedRequest of(String method, String target) {
    return new CapturedRequest(method, target, List.of(), new byte[0]);
  }

  /** With one more line, also of a name that is there already. */
  public CapturedRequest and(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new CapturedRequest(method, target, more, body);
  }

  public CapturedRequest without(String name) {
    List<Header> left =
        headers.stream().filter(header -> !header.name().equalsIgnoreCase(name)).toList();
    return new CapturedRequest(method, target, left, body);
  }

  /** With this value in place of the one it has. */
  public CapturedRequest with(String name, String value) {
    return without(name).and(name, value);
  }

  public CapturedRequest target(String other) {
    return new CapturedRequest(method, other, headers, body);
  }

  public CapturedRequest body(String text) {
    return new CapturedRequest(method, target, headers, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The value of a header; empty when it is absent. */
  public String value(String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .findFirst()
        .orElse("");
  }

  /** What is sent. */
  public byte[] bytes() {
    StringBuilder head = new StringBuilder(method).append(' ').append(target);
    head.append(" HTTP/1.1\r\n");
    headers.forEach(
        header -> head.append(header.name()).append(": ").append(header.value()).append("\r\n"));
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    bytes.writeBytes(body);
    return bytes.toByteArray();
  }

  /** Sends it to a port of this machine, on a connection of its own, and reads one reply. */
  public Reply sendTo(int port) {
    try (RawHttp http = RawHttp.connect(port)) {
      Reply reply = http.send(bytes()).read();
      if (reply == null) {
        throw new AssertionError("no reply to " + this);
      }
      return reply;
    } catch (IOException e) {
      throw new UncheckedIOException(toString(), e);
    }
  }

  private RequestTarget read() {
    try {
      return RequestTarget.parse(target);
    } catch (RequestTarget.Malformed unreadable) {
      throw new IllegalArgumentException(target, unreadable);
    }
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
    return read().parameters();
  }

  @Override
  public void headers(BiConsumer<String, String> each) {
    headers.forEach(header -> each.accept(header.name(), header.value()));
  }

  @Override
  public String toString() {
    return method + " " + target;
  }
}
