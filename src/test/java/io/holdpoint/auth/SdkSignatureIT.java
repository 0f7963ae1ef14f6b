package io.holdpoint.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.aliyun.elasticsearch20170613.Client;
import com.aliyun.elasticsearch20170613.models.InterruptLogstashTaskRequest;
import com.aliyun.elasticsearch20170613.models.ListLogstashRequest;
import com.aliyun.elasticsearch20170613.models.RestartLogstashRequest;
import com.aliyun.teaopenapi.models.Config;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the official SDK signs, caught on the wire, in both schemes that it knows. */
class SdkSignatureIT {
  private static final String ACCESS_KEY_ID = "LTAI5tExampleKeyId";
  private static final String ACCESS_KEY_SECRET = "an example secret";

  private final BlockingQueue<WireRequest> caught = new LinkedBlockingQueue<>();
  private final SignatureVerifier verifier =
      new SignatureVerifier(InstantSource.system(), SignedRequests.WINDOW);
  private HttpServer server;

  private interface Call {
    void on(Client client) throws Exception;
  }

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  @ParameterizedTest
  @EnumSource(SignatureScheme.class)
  void theSdksCallsVerifyAndWithAnotherSecretDoNot(SignatureScheme scheme) throws Exception {
    List<Call> calls =
        List.of(
            client ->
                client.interruptLogstashTask(
                    "ls-cn-4591f1y6abcd",
                    new InterruptLogstashTaskRequest().setClientToken("5A2CFF0E-5718")),
            client ->
                client.interruptLogstashTask(
                    "ls-cn-4591f1y6abcd", new InterruptLogstashTaskRequest()),
            client ->
                client.interruptLogstashTask(
                    "ls-cn-4591f1y6abcd", new InterruptLogstashTaskRequest().setClientToken("")),
            client ->
                client.interruptLogstashTask(
                    "ls 4591f1y6+*~'%\u4e2d",
                    new InterruptLogstashTaskRequest().setClientToken("tok+en *~1'()\u4e2d")),
            client ->
                client.restartLogstash(
                    "ls-cn-4591f1y6abcd",
                    new RestartLogstashRequest()
                        .setForce(true)
                        .setBatchCount(20.0)
                        .setClientToken("a")),
            client ->
                client.listLogstash(
                    new ListLogstashRequest().setPage(1).setSize(10).setDescription("d e")));
    for (Call call : calls) {
      WireRequest request = catchCall(scheme, call);
      SignatureClaim claim = SignatureClaim.read(request);

      assertThat(claim.scheme()).isEqualTo(scheme);
      assertThat(claim.accessKeyId()).isEqualTo(ACCESS_KEY_ID);
      assertThat(claim.nonce()).isNotEmpty();
      assertThatCode(() -> verifier.verify(claim, bytes(ACCESS_KEY_SECRET)))
          .as(request.toString())
          .doesNotThrowAnyException();
      assertThat(
              catchThrowableOfType(
                      AuthException.class, () -> verifier.verify(claim, bytes("another")))
                  .error())
          .isEqualTo(AuthError.SIGNATURE_DOES_NOT_MATCH);
    }
  }

  private WireRequest catchCall(SignatureScheme scheme, Call call) throws Exception {
    Client client =
        new Client(
            new Config()
                .setAccessKeyId(ACCESS_KEY_ID)
                .setAccessKeySecret(ACCESS_KEY_SECRET)
                .setRegionId("cn-hangzhou")
                .setProtocol("HTTP")
                .setEndpoint("127.0.0.1:" + server.getAddress().getPort()));
    client._signatureAlgorithm = scheme == SignatureScheme.ROA_SHA1 ? "v2" : "ACS3-HMAC-SHA256";
    call.on(client);
    WireRequest request = caught.poll(10, TimeUnit.SECONDS);
    assertThat(request).isNotNull();
    return request;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      WireRequest request =
          WireRequest.of(exchange.getRequestMethod(), exchange.getRequestURI().toString())
              .body(body);
      for (Map.Entry<String, List<String>> header : exchange.getRequestHeaders().entrySet()) {
        for (String value : header.getValue()) {
          request = request.header(header.getKey(), value);
        }
      }
      caught.add(request);
      byte[] reply = bytes("{\"RequestId\":\"1\"}");
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, reply.length);
      exchange.getResponseBody().write(reply);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
