package io.holdpoint.testkit;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of server-sent events, on one connection until it is closed or cut. */
public final class SseClient implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;
  private static final Duration HEAD_PATIENCE = Duration.ofSeconds(5);
  private static final Message END = new Message("", "", "");

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final HttpResponse<InputStream> response;
  private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();

  /** One message as it came. */
  public record Message(String id, String event, String data) {
    public long position() {
      return Long.parseLong(id);
    }

    public JsonObject json() {
      return new JsonObject(data);
    }
  }

  private volatile boolean wasCut;

  private SseClient(HttpResponse<InputStream> response) {
    this.response = response;
  }

  /** Opens a stream; what it is answered is known by {@link #status}. */
  public static SseClient open(int port, String path, Map<String, String> headers) {
    return open(Endpoint.loopback(port), path, headers);
  }

  /** The same, signed where the endpoint has a key. */
  public static SseClient open(Endpoint endpoint, String path, Map<String, String> headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(endpoint.uri(path)).timeout(HEAD_PATIENCE);
    headers.forEach(request::header);
    endpoint.signature("GET", path).forEach(request::header);
    try {
      SseClient client = new SseClient(HTTP.send(request.build(), BodyHandlers.ofInputStream()));
      if (client.status() == HttpURLConnection.HTTP_OK) {
        Thread reader = new Thread(() -> client.read(client.response.body()), "sse-client");
        reader.setDaemon(true);
        reader.start();
      }
      return client;
    } catch (IOException e) {
      throw new IllegalStateException("GET " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  public int status() {
    return response.statusCode();
  }

  public String header(String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private void read(InputStream body) {
    Map<String, String> fields = new HashMap<>();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int colon = line.indexOf(": ");
        if (colon > 0) {
          fields.put(line.substring(0, colon), line.substring(colon + 2));
        } else if (line.isEmpty() && fields.containsKey("data")) {
          messages.add(new Message(fields.get("id"), fields.get("event"), fields.get("data")));
          fields.clear();
        }
      }
    } catch (IOException cut) {
      wasCut = true;
    }
    messages.add(END);
  }

  /** The next message; an {@link AssertionError} when none comes. */
  public Message next() {
    return next(PATIENCE_SECONDS);
  }

  /** The same, within so many seconds. */
  public Message next(long seconds) {
    Message message = poll(seconds);
    if (message == null || END.equals(message)) {
      throw new AssertionError(END.equals(message) ? "the stream ended" : "no message came");
    }
    return message;
  }

  /** Whether the connection broke, instead of the reply coming to its end. */
  public boolean wasCut() {
    return wasCut;
  }

  /** Waits for the stream's end; messages before it are dropped. */
  public void awaitEnd() {
    Message message;
    do {
      message = poll(PATIENCE_SECONDS);
      if (message == null) {
        throw new AssertionError("the stream did not end");
      }
    } while (!END.equals(message));
  }

  private Message poll(long seconds) {
    try {
      return messages.poll(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    try {
      response.body().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
