package io.holdpoint.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Whoever a webhook sends to, as kind or unkind as a test wants it. */
public final class WebhookReceiver implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Answers with no status at all. */
  public static final int HANG = -1;

  /** Closes the connection without an answer. */
  public static final int CUT = -2;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger mostInFlight = new AtomicInteger();
  private volatile Function<Received, Integer> answer = request -> 200;
  private volatile Function<Received, String> words = request -> "";

  /** One request as it came. */
  public record Received(
      String target, String id, String timestamp, String signature, String type, String body) {

    public JsonObject json() {
      return new JsonObject(body);
    }

    public JsonObject event() {
      return json().getJsonObject("data");
    }

    public long position() {
      return event().getLong("position");
    }

    /** Whether it was signed with a secret, by the words of the specification. */
    public boolean isSignedWith(String secret) {
      try {
        byte[] key = Base64.getDecoder().decode(secret.replaceFirst("^whsec_", ""));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        String signed = id + '.' + timestamp + '.' + body;
        byte[] expected = mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
        return signature.equals("v1," + Base64.getEncoder().encodeToString(expected));
      } catch (GeneralSecurityException e) {
        throw new AssertionError(e);
      }
    }
  }

  public WebhookReceiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  /**
   * @param status to answer each request with, or {@link #HANG}, {@link #CUT}
   */
  public void answers(Function<Received, Integer> status) {
    answer = status;
  }

  /**
   * @param more behind the status, in the body of each answer
   */
  public void says(Function<Received, String> more) {
    words = more;
  }

  private void handle(HttpExchange exchange) throws IOException {
    mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
    try (exchange) {
      Received request =
          new Received(
              exchange.getRequestURI().toString(),
              header(exchange, "webhook-id"),
              header(exchange, "webhook-timestamp"),
              header(exchange, "webhook-signature"),
              header(exchange, "content-type"),
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      int status = answer.apply(request);
      // Before the answer, so that whoever saw an effect of the answer sees the request too.
      received.add(request);
      if (status == HANG) {
        over.await();
      } else if (status != CUT) {
        byte[] text =
            ("status\t" + status + "\n" + words.apply(request)).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Location", url("/elsewhere"));
        exchange.sendResponseHeaders(status, text.length);
        exchange.getResponseBody().write(text);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      inFlight.decrementAndGet();
    }
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  /** All requests so far, in the order in which they came. */
  public List<Received> received() {
    return List.copyOf(received);
  }

  public List<Received> received(String target) {
    return received.stream().filter(request -> request.target().equals(target)).toList();
  }

  /** Waits for so many requests to a target. */
  public List<Received> await(String target, int count) {
    Await.until(PATIENCE, count + " requests to " + target, () -> received(target).size() >= count);
    return received(target);
  }

  /** The most requests that were there at the same time. */
  public int mostInFlight() {
    return mostInFlight.get();
  }

  @Override
  public void close() {
    over.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
