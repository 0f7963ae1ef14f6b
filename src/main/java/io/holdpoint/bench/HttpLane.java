package io.holdpoint.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A connection that is kept alive; reads no more of a reply than has to be known of it. */
final class HttpLane implements Lane {
  private static final String HEAD_END = "\r\n\r\n";
  private static final String LENGTH = "content-length: ";
  private static final String RESULT = "{\"Result\":";
  private static final String CODE = "\"Code\":\"";

  private final NetSocket socket;
  private final byte[][] requests;
  private final StringBuilder reply = new StringBuilder();
  private @Nullable Promise<String> waiting;
  private boolean lost;

  HttpLane(NetSocket socket, byte[][] requests) {
    this.socket = socket;
    this.requests = requests;
    socket.handler(this::receive);
    socket.closeHandler(closed -> lose());
    socket.exceptionHandler(broken -> lose());
  }

  @Override
  public Future<String> send(int index) {
    Promise<String> promise = Promise.promise();
    waiting = promise;
    if (lost) {
      lose();
      return promise.future();
    }
    socket.write(Buffer.buffer(requests[index]));
    return promise.future();
  }

  private void receive(Buffer chunk) {
    reply.append(chunk.toString(StandardCharsets.ISO_8859_1));
    int head = reply.indexOf(HEAD_END);
    if (head < 0) {
      return;
    }
    int body = head + HEAD_END.length();
    if (reply.length() >= body + length(head)) {
      String text = answer(reply.substring(body));
      reply.setLength(0);
      complete(text);
    }
  }

  private int length(int head) {
    int at = reply.indexOf(LENGTH);
    if (at < 0 || at > head) {
      at = reply.substring(0, head).toLowerCase(Locale.ROOT).indexOf(LENGTH);
    }
    int from = at + LENGTH.length();
    return at < 0 ? 0 : Integer.parseInt(reply.substring(from, reply.indexOf("\r", from)));
  }

  private static String answer(String body) {
    if (body.startsWith(RESULT)) {
      return body.startsWith("true", RESULT.length()) ? "true" : "false";
    }
    int code = body.indexOf(CODE);
    if (code < 0) {
      return "unreadable";
    }
    int from = code + CODE.length();
    return body.substring(from, body.indexOf('"', from));
  }

  private void lose() {
    lost = true;
    Promise<String> asked = waiting;
    if (asked != null) {
      waiting = null;
      asked.fail("the connection was closed");
    }
  }

  private void complete(String text) {
    Promise<String> asked = waiting;
    if (asked != null) {
      waiting = null;
      asked.complete(text);
    }
  }

  @Override
  public Future<Void> close() {
    return socket.close();
  }
}
