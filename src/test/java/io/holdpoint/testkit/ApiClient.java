package io.holdpoint.testkit;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A plain client of the API; it signs only where its endpoint has a key. */
public final class ApiClient {
  /** The client's own limit ends with the head of an answer. */
  private static final long WHOLE_SECONDS = 20;

  private final HttpClient http;
  private final String base;
  private final Endpoint endpoint;

  public ApiClient(int port) {
    this(Endpoint.loopback(port));
  }

  public ApiClient(Endpoint endpoint) {
    http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    base = endpoint.uri("").toString();
    this.endpoint = endpoint;
  }

  /** Over TLS and, where the server speaks it, HTTP/2. */
  public ApiClient(int port, SSLContext tls) {
    http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).sslContext(tls).build();
    base = "https://127.0.0.1:" + port;
    endpoint = Endpoint.loopback(port);
  }

  /** What came back. */
  public record Reply(int status, String body, HttpResponse<String> response) {
    public JsonObject json() {
      return new JsonObject(body);
    }

    public String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    /** The {@code Result} of a command. */
    public @Nullable Object result() {
      return json().getValue("Result");
    }

    public String code() {
      return json().getString("Code", "");
    }
  }

  /** The value of a metric without labels, of a management port. */
  public double metric(String name) {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> Double.parseDouble(line.split(" ")[1]))
        .findFirst()
        .orElseThrow();
  }

  public Reply get(String path) {
    return send("GET", path, null);
  }

  public Reply post(String path, String... headers) {
    return send("POST", path, null, headers);
  }

  public Reply send(String method, String path, @Nullable JsonObject body, String... headers) {
    return sendText(method, path, body == null ? null : body.encode(), headers);
  }

  /** As {@link #send}, with a body that need not be JSON. */
  public Reply sendText(String method, String path, @Nullable String body, String... headers) {
    CompletableFuture<HttpResponse<String>> answer =
        http.sendAsync(request(method, path, body, headers), BodyHandlers.ofString());
    try {
      return reply(answer.get(WHOLE_SECONDS, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      throw new IllegalStateException(method + " " + path, e.getCause());
    } catch (TimeoutException endless) {
      answer.cancel(true);
      throw new AssertionError("an answer that does not end: " + method + " " + path, endless);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  public CompletableFuture<Reply> postAsync(String path, String... headers) {
    return http.sendAsync(request("POST", path, null, headers), BodyHandlers.ofString())
        .thenApply(ApiClient::reply);
  }

  private HttpRequest request(
      String method, String path, @Nullable String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofSeconds(15))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    endpoint.signature(method, path, body).forEach(request::header);
    return request.build();
  }

  private static Reply reply(HttpResponse<String> response) {
    return new Reply(response.statusCode(), response.body(), response);
  }
}
