package io.holdpoint.testkit;

import io.holdpoint.auth.AccessKey;
import io.holdpoint.auth.RequestSigner;
import io.holdpoint.auth.SignatureScheme;
import io.holdpoint.testkit.RawHttp.Reply;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client of the API that signs what it sends, as the SDKs of its scheme do, and can give a signed
 * request away instead of sending it.
 *
 * @param secret what it signs with; need not be the key's
 * @param nonces gives the nonce of the next request
 */
public record SignedClient(
    int port,
    SignatureScheme scheme,
    String keyId,
    String secret,
    Supplier<String> nonces,
    InstantSource clock) {

  /** With a new nonce for every request, by the clock of this machine. */
  public static SignedClient of(int port, SignatureScheme scheme, AccessKey key) {
    return new SignedClient(
        port,
        scheme,
        key.keyId(),
        new String(key.secret(), StandardCharsets.UTF_8),
        () -> UUID.randomUUID().toString(),
        InstantSource.system());
  }

  public SignedClient at(int otherPort) {
    return new SignedClient(otherPort, scheme, keyId, secret, nonces, clock);
  }

  public SignedClient withKey(String otherKeyId, String otherSecret) {
    return new SignedClient(port, scheme, otherKeyId, otherSecret, nonces, clock);
  }

  /** Uses one nonce for all requests. */
  public SignedClient withNonce(String nonce) {
    return new SignedClient(port, scheme, keyId, secret, () -> nonce, clock);
  }

  public SignedClient withClock(InstantSource other) {
    return new SignedClient(port, scheme, keyId, secret, nonces, other);
  }

  /**
   * @param headers names and values in turn; signed where the scheme does
   */
  public CapturedRequest sign(
      String method, String target, @Nullable JsonObject body, String... headers) {
    CapturedRequest request =
        CapturedRequest.of(method, target)
            .and("Host", "127.0.0.1:" + port)
            .and("Accept", "application/json")
            .and("x-acs-version", "2017-06-13");
    for (int i = 0; i < headers.length; i += 2) {
      request = request.and(headers[i], headers[i + 1]);
    }
    if (body != null) {
      request = request.and("Content-Type", "application/json; charset=utf-8").body(body.encode());
    }
    return signed(request);
  }

  private CapturedRequest signed(CapturedRequest request) {
    RequestSigner signer =
        new RequestSigner(
            scheme, keyId, secret.getBytes(StandardCharsets.UTF_8), clock, nonces::get);
    CapturedRequest signed = request;
    for (var header : signer.sign(request).entrySet()) {
      signed = signed.and(header.getKey(), header.getValue());
    }
    return signed;
  }

  public Reply send(String method, String target, @Nullable JsonObject body, String... headers) {
    return sign(method, target, body, headers).sendTo(port);
  }

  public Reply get(String target) {
    return send("GET", target, null);
  }

  public Reply post(String target, String... headers) {
    return send("POST", target, null, headers);
  }

  /** The id of a new instance with so many nodes of the default driver. */
  public String createInstance(int nodes) {
    Reply reply = send("POST", "/openapi/logstashes", Operator.createBody(nodes));
    return succeeded(reply).json().getJsonObject("Result").getString("instanceId");
  }

  /** The id of a new instance whose change has just begun. */
  public String changingInstance() {
    String instanceId = createInstance(2);
    succeeded(post(action(instanceId, "restart")));
    return instanceId;
  }

  public String status(String instanceId) {
    Reply reply = get("/openapi/logstashes/" + instanceId);
    return succeeded(reply).json().getJsonObject("Result").getString("status");
  }

  /** The path of interrupt, resume or restart. */
  public static String action(String instanceId, String action) {
    return "/openapi/logstashes/" + instanceId + "/actions/" + action;
  }

  private static Reply succeeded(Reply reply) {
    if (reply.status() != 200) {
      throw new AssertionError(reply.status() + " " + reply.body());
    }
    return reply;
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return scheme + " " + keyId;
  }
}
