package io.holdpoint.api;

import io.holdpoint.testkit.RawHttp;
import io.holdpoint.testkit.RawHttp.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A request as it stands on the wire, for a client that adds nothing by itself.
 *
 * @param headers lines, each with its line end
 */
record RawRequest(String method, String target, String headers, String body) {
  private static final String HOST = "Host: 127.0.0.1:8080\r\n";

  static RawRequest of(String method, String target) {
    return new RawRequest(method, target, HOST, "");
  }

  static RawRequest get(String target) {
    return of("GET", target);
  }

  static RawRequest post(String target) {
    return of("POST", target);
  }

  RawRequest header(String name, String value) {
    return new RawRequest(method, target, headers + name + ": " + value + "\r\n", body);
  }

  /** The text's UTF-8 bytes, counted, under a content type. */
  RawRequest body(String contentType, String text) {
    String bytes = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    RawRequest typed = header("Content-Type", contentType);
    return new RawRequest(
        method, target, typed.headers + "Content-Length: " + bytes.length() + "\r\n", bytes);
  }

  RawRequest json(String text) {
    return body("application/json", text);
  }

  RawRequest chunked(String text) {
    String chunk = Integer.toHexString(text.length()) + "\r\n" + text + "\r\n0\r\n\r\n";
    return new RawRequest(method, target, headers + "Transfer-Encoding: chunked\r\n", chunk);
  }

  /** Each character is one byte. */
  String text() {
    return method + " " + target + " HTTP/1.1\r\n" + headers + "\r\n" + body;
  }

  /** Sends it on a connection of its own and reads one reply. */
  Reply send(int port) throws IOException {
    try (RawHttp http = RawHttp.connect(port)) {
      Reply reply = http.send(text()).read();
      if (reply == null) {
        throw new AssertionError("no reply to " + method + " " + target);
      }
      return reply;
    }
  }

  @Override
  public String toString() {
    return method + " " + target;
  }
}
