package io.holdpoint.cli;

import io.holdpoint.store.StartException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The demo's own client: plain HTTP, as curl would send it, to its addresses in turn. */
final class DemoClient {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<String> bases;
  private int calls;

  /**
   * @param bases the beginnings of URLs, at least one
   */
  DemoClient(List<String> bases) {
    this.bases = List.copyOf(bases);
  }

  /** Of a server on this host. */
  static DemoClient of(int port) {
    return new DemoClient(List.of(base(port)));
  }

  static String base(int port) {
    return "http://127.0.0.1:" + port;
  }

  /** A reply: its envelope, its text, and a header or two. */
  record Reply(int status, String text, HttpResponse<String> response) {
    JsonObject envelope() {
      return new JsonObject(text);
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  /** The first of its addresses, for people. */
  String base() {
    return bases.get(0);
  }

  Reply post(String path) {
    return send("POST", path, null);
  }

  Reply get(String path) {
    return send("GET", path, null);
  }

  private String next() {
    return bases.get(calls++ % bases.size());
  }

  Reply send(String method, String path, @Nullable JsonObject body) {
    BodyPublisher publisher =
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.encode());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(next() + path))
            .timeout(Duration.ofSeconds(10))
            .method(method, publisher);
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    try {
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      return new Reply(response.statusCode(), response.body(), response);
    } catch (IOException e) {
      throw new StartException("the demo's call " + method + " " + path + " failed: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("the demo was interrupted");
    }
  }
}
