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
import org.jspecify.annotations.Nullable;

/** The demo's own client: plain HTTP, as curl would send it. */
final class DemoClient {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String base;

  DemoClient(int port) {
    base = "http://127.0.0.1:" + port;
  }

  /** A reply: its envelope, its text, and a header or two. */
  record Reply(int status, String text, JsonObject envelope, HttpResponse<String> response) {
    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  String base() {
    return base;
  }

  Reply post(String path) {
    return send("POST", path, null);
  }

  Reply get(String path) {
    return send("GET", path, null);
  }

  Reply send(String method, String path, @Nullable JsonObject body) {
    BodyPublisher publisher =
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.encode());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofSeconds(10))
            .method(method, publisher);
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    try {
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      return new Reply(
          response.statusCode(), response.body(), new JsonObject(response.body()), response);
    } catch (IOException e) {
      throw new StartException("the demo's call " + method + " " + path + " failed: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("the demo was interrupted");
    }
  }
}
