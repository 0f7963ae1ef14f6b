package io.holdpoint.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Sends over HTTP/1.1 with the JDK's client: no redirects, which would carry a signed request
 * elsewhere, and a reply of at most 16 MiB.
 */
final class HttpCallSender implements CallSender {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final int LONGEST_REPLY = 16 << 20;

  private final HttpClient client;

  /**
   * @param trust null for the authorities that the JDK trusts
   */
  HttpCallSender(@Nullable SSLContext trust) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT);
    client = (trust == null ? builder : builder.sslContext(trust)).build();
  }

  @Override
  public CallReply send(CallRequest request, Map<String, String> added, Duration limit)
      throws IOException {
    byte[] body = request.body();
    BodyPublisher publisher =
        body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(request.uri()).timeout(limit).method(request.method(), publisher);
    request.sentHeaders().forEach(builder::header);
    added.forEach(builder::header);
    CompletableFuture<HttpResponse<byte[]>> sent =
        client.sendAsync(builder.build(), head -> new BoundedBody(LONGEST_REPLY));
    try {
      return reply(sent.get(limit.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException unfinished) {
      throw new HttpTimeoutException("no whole reply within " + limit.toMillis() + " ms");
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof IOException io ? io : new IOException(failed.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the reply");
    } finally {
      sent.cancel(true);
    }
  }

  private static CallReply reply(HttpResponse<byte[]> response) {
    Map<String, String> headers = new TreeMap<>();
    response
        .headers()
        .map()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
    return new CallReply(response.statusCode(), headers, response.body());
  }
}
