package io.holdpoint.testkit;

import io.holdpoint.auth.AccessKey;
import io.holdpoint.auth.RequestSigner;
import io.holdpoint.auth.SignatureScheme;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where the API of a node, or of what is in front of several, is called.
 *
 * @param key what it wants to see a signature of; null on loopback, where it takes any call
 */
public record Endpoint(String host, int port, @Nullable AccessKey key) {

  /** Of this machine alone. */
  public static Endpoint loopback(int port) {
    return new Endpoint("127.0.0.1", port, null);
  }

  public URI uri(String target) {
    return URI.create("http://" + host + ':' + port + target);
  }

  /** What a request has to have besides, each time anew; the body is of JSON. */
  Map<String, String> signature(String method, String target, @Nullable String body) {
    if (key == null) {
      return Map.of();
    }
    CapturedRequest request = CapturedRequest.of(method, target).and("Host", host + ':' + port);
    if (body != null) {
      request = request.and("Content-Type", "application/json").body(body);
    }
    return new RequestSigner(
            SignatureScheme.ACS3_HMAC_SHA256,
            key.keyId(),
            key.secret(),
            InstantSource.system(),
            () -> UUID.randomUUID().toString())
        .sign(request);
  }

  /** The same of a request without a body. */
  public Map<String, String> signature(String method, String target) {
    return signature(method, target, null);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return host + ':' + port;
  }
}
