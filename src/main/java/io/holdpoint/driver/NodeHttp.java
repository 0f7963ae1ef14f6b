package io.holdpoint.driver;

import io.holdpoint.secret.Credential;
import io.holdpoint.task.Node;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks the API of a node: a fresh connection each time, no redirects, an answer of bounded size.
 * Settings: {@code apiCa} (PEM), the only authority that an https endpoint is then trusted by.
 */
final class NodeHttp implements AutoCloseable {
  /** A node that is well answers in milliseconds; one that is not says no more after seconds. */
  static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

  private static final long CONNECT_MILLIS = 2_000;
  private static final int CONNECTIONS = 8;
  private static final int WAITING = 256;

  private final HttpClient client;
  private final Duration answerLimit;

  /** Where the API of a node is, as the node's own host names it. */
  record Endpoint(boolean tls, String host, int port, String base) {

    /**
     * @throws NodeException when the node has no usable one
     */
    static Endpoint of(Node node) {
      String text = node.apiEndpoint();
      if (text == null) {
        throw Failures.refused(node, "has no apiEndpoint");
      }
      try {
        URI uri = URI.create(text);
        boolean tls = "https".equalsIgnoreCase(uri.getScheme());
        String host = uri.getHost();
        if (host == null || !tls && !"http".equalsIgnoreCase(uri.getScheme())) {
          throw Failures.refused(node, "has no usable apiEndpoint");
        }
        String path = uri.getRawPath();
        return new Endpoint(
            tls,
            host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
            uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80,
            path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
      } catch (IllegalArgumentException malformed) {
        throw Failures.refused(node, "has no usable apiEndpoint");
      }
    }

    @Override
    public String toString() {
      return (tls ? "https://" : "http://") + host + ":" + port;
    }
  }

  /**
   * @param answerLimit from the request that is sent to the whole answer
   */
  NodeHttp(Vertx vertx, Duration answerLimit) {
    this.answerLimit = answerLimit;
    client =
        vertx
            .httpClientBuilder()
            .with(
                new HttpClientOptions().setKeepAlive(false).setConnectTimeout((int) CONNECT_MILLIS))
            .with(new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(WAITING))
            // A broken connection fails its request, which says so.
            .withConnectHandler(connection -> connection.exceptionHandler(broken -> {}))
            .build();
  }

  /**
   * @param path from the root of the API
   * @param via where to connect to instead of the endpoint, which still names and proves the node
   */
  CompletionStage<ApiReply> get(
      Node node, Credential credential, String path, @Nullable SocketAddress via) {
    try {
      Endpoint endpoint = Endpoint.of(node);
      RequestOptions options = options(node, endpoint, credential, path, via);
      CompletableFuture<ApiReply> reply = new CompletableFuture<>();
      client
          .request(options)
          .compose(this::exchange)
          .onComplete(
              reply::complete, failure -> reply.completeExceptionally(no(node, endpoint, failure)));
      return reply;
    } catch (NodeException refused) {
      return CompletableFuture.failedStage(refused);
    } catch (IllegalArgumentException malformed) {
      return CompletableFuture.failedStage(Failures.of(node, malformed));
    }
  }

  @Override
  public void close() {
    client.close().onFailure(ignored -> {});
  }

  private static RequestOptions options(
      Node node,
      Endpoint endpoint,
      Credential credential,
      String path,
      @Nullable SocketAddress via) {
    if (!path.matches("/[\\x21-\\x7E]*")) {
      throw Failures.refused(node, "is not asked for " + Failures.line(path));
    }
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost(endpoint.host())
            .setPort(endpoint.port())
            .setURI(endpoint.base() + path)
            .setFollowRedirects(false)
            .setConnectTimeout(CONNECT_MILLIS)
            .setSsl(endpoint.tls())
            .putHeader("Accept", "application/json");
    if (via != null) {
      options.setServer(via);
    }
    if (endpoint.tls()) {
      options.setSslOptions(trust(node));
    }
    String user = credential.member("apiUser");
    String password = credential.member("apiPassword");
    if (user != null && password != null) {
      byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
      options.putHeader("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
    }
    return options;
  }

  private static ClientSSLOptions trust(Node node) {
    ClientSSLOptions options =
        new ClientSSLOptions()
            .setHostnameVerificationAlgorithm("HTTPS")
            .setSslHandshakeTimeout(CONNECT_MILLIS)
            .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    Object authority = node.settings().get("apiCa");
    if (authority instanceof String pem && pem.contains("-----BEGIN CERTIFICATE-----")) {
      options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(pem)));
    } else if (authority != null) {
      throw new IllegalArgumentException("apiCa");
    }
    return options;
  }

  private Future<ApiReply> exchange(HttpClientRequest request) {
    return request
        .send()
        .compose(response -> read(request, response))
        .timeout(answerLimit.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(late -> request.reset().onFailure(ignored -> {}));
  }

  /** What is past the limit is neither kept nor waited for. */
  private static Future<ApiReply> read(HttpClientRequest request, HttpClientResponse response) {
    Promise<ApiReply> whole = Promise.promise();
    Buffer body = Buffer.buffer();
    response
        .handler(
            part -> {
              int room = NodeDriver.MAX_BYTES - body.length();
              body.appendBuffer(part, 0, Math.min(room, part.length()));
              if (part.length() >= room
                  && whole.tryComplete(new ApiReply(response.statusCode(), text(body)))) {
                request.reset().onFailure(ignored -> {});
              }
            })
        .exceptionHandler(whole::tryFail)
        .endHandler(end -> whole.tryComplete(new ApiReply(response.statusCode(), text(body))));
    return whole.future();
  }

  private static String text(Buffer body) {
    return body.toString(StandardCharsets.UTF_8);
  }

  private static NodeException no(Node node, Endpoint endpoint, Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException || cause instanceof CertPathValidatorException) {
        return Failures.refused(
            node, "shows a certificate at " + endpoint + " that is not trusted; see apiCa");
      }
    }
    return new NodeException(
        NodeException.Kind.UNREACHABLE,
        node.nodeId() + " does not answer at " + endpoint + ": " + Failures.line(failure),
        failure);
  }
}
