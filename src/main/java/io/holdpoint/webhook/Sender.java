package io.holdpoint.webhook;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/**
 * Sends messages: one request and its answer's head within the time-out, of the answer's body no
 * more than an error needs. For one event loop.
 */
final class Sender {
  private static final int KEPT_BYTES = 256;
  private static final int READ_BYTES = 16 << 10;
  private static final int IDLE_SECONDS = 5;

  private final Vertx vertx;
  private final HttpClient client;
  private final long timeoutMillis;
  private final InstantSource clock;

  /**
   * @param connections to one receiver; whoever asks for one more fails
   */
  Sender(Vertx vertx, Duration timeout, int connections, InstantSource clock) {
    this.vertx = vertx;
    this.clock = clock;
    timeoutMillis = timeout.toMillis();
    client =
        vertx
            .httpClientBuilder()
            .with(
                new HttpClientOptions()
                    .setConnectTimeout((int) timeoutMillis)
                    .setSslHandshakeTimeout(timeoutMillis)
                    .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                    .setKeepAliveTimeout(IDLE_SECONDS)
                    .setMaxHeaderSize(READ_BYTES))
            .with(new PoolOptions().setHttp1MaxSize(connections).setMaxWaitQueueSize(connections))
            // A broken connection fails its request, which says so.
            .withConnectHandler(connection -> connection.exceptionHandler(broken -> {}))
            .build();
  }

  /**
   * Never fails.
   *
   * @param url was checked
   * @param cut breaks the request off when it completes
   */
  Future<Receipt> send(String url, String secret, Message message, Future<Void> cut) {
    Attempt attempt = new Attempt(message.body());
    long timer =
        vertx.setTimer(
            timeoutMillis,
            late -> attempt.end(Receipt.failed("no answer within " + timeoutMillis + " ms")));
    cut.onComplete(end -> attempt.end(Receipt.cut()));
    client
        .request(options(url, secret, message))
        .onComplete(attempt::begin, failure -> attempt.end(Receipt.failed(failure)));
    return attempt.receipt().onComplete(over -> vertx.cancelTimer(timer));
  }

  private RequestOptions options(String url, String secret, Message message) {
    URI uri = URI.create(url);
    boolean tls = uri.getScheme().equals("https");
    String host = uri.getHost();
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    long seconds = clock.instant().getEpochSecond();
    return new RequestOptions()
        .setMethod(HttpMethod.POST)
        .setSsl(tls)
        .setHost(host.startsWith("[") ? host.substring(1, host.length() - 1) : host)
        .setPort(uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80)
        .setURI(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery())
        .setFollowRedirects(false)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.USER_AGENT, "Holdpoint")
        .putHeader("webhook-id", message.id())
        .putHeader("webhook-timestamp", Long.toString(seconds))
        .putHeader("webhook-signature", message.signature(secret, seconds));
  }

  /** One request. Once a status has come it decides, whatever becomes of the rest. */
  private static final class Attempt {
    private final Buffer body;
    private final Promise<Receipt> receipt = Promise.promise();
    private final Buffer kept = Buffer.buffer();
    private int status;
    private int seen;
    private boolean read;

    Attempt(Buffer body) {
      this.body = body;
    }

    Future<Receipt> receipt() {
      return receipt.future();
    }

    void begin(HttpClientRequest request) {
      // Without one, the client logs what breaks; our own reset among it.
      request.exceptionHandler(broken -> end(Receipt.failed(broken)));
      // A connection whose answer was not read to its end is of no further use.
      receipt
          .future()
          .onComplete(
              over -> {
                if (!read) {
                  request.reset().onFailure(ignored -> {});
                }
              });
      if (!receipt.future().isComplete()) {
        request.send(body).onComplete(this::read, failure -> end(Receipt.failed(failure)));
      }
    }

    private void read(HttpClientResponse response) {
      status = response.statusCode();
      response
          .handler(this::keep)
          .exceptionHandler(broken -> end(Receipt.failed(broken)))
          .endHandler(
              whole -> {
                read = true;
                end(Receipt.failed("no status"));
              });
    }

    private void keep(Buffer part) {
      kept.appendBuffer(part, 0, Math.min(KEPT_BYTES - kept.length(), part.length()));
      seen += part.length();
      if (seen > READ_BYTES) {
        end(Receipt.failed("no status"));
      }
    }

    /**
     * @param unanswered what it came to when there was no answer
     */
    void end(Receipt unanswered) {
      receipt.tryComplete(
          status == 0
              ? unanswered
              : Receipt.answered(status, kept.toString(StandardCharsets.UTF_8)));
    }
  }

  Future<Void> close() {
    return client.close();
  }
}
