package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.aliyun.elasticsearch20170613.Client;
import com.aliyun.elasticsearch20170613.models.InterruptLogstashTaskRequest;
import com.aliyun.elasticsearch20170613.models.InterruptLogstashTaskResponse;
import com.aliyun.teaopenapi.models.Config;
import com.aliyun.teautil.models.RuntimeOptions;
import io.holdpoint.testkit.ApiClient;
import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.Operator;
import io.holdpoint.testkit.RawHttp;
import io.holdpoint.testkit.TestDatabase;
import io.holdpoint.testkit.TestIdentity;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The API over TLS, as real clients reach it: HTTP/2 where they speak it, HTTP/1.1 where not. */
@ExtendWith(DatabaseExtension.class)
class TlsIT {
  private static final TestIdentity SERVER = TestIdentity.of("holdpoint");

  private static TlsService service;
  private static Operator operator;

  @BeforeAll
  static void start(TestDatabase database, @TempDir Path directory) {
    service = TlsService.start(database, directory, SERVER, Map.of());
    operator = new Operator(service.client(SERVER.trusted()));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void servesTheMainJobOverHttp2() {
    String id = operator.createInstance(2);

    assertThat(operator.restart(id).status()).isEqualTo(200);
    Reply interrupted = operator.interrupt(id, "i-" + id);
    Reply again = operator.interrupt(id, "i-" + id);

    assertThat(interrupted.response().version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(interrupted.result()).isEqualTo(true);
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(operator.status(id)).isEqualTo("suspended");
    assertThat(operator.resume(id, "r-" + id).result()).isEqualTo(true);
    assertThat(operator.status(id)).isEqualTo("activating");
  }

  @Test
  void readsABodyOverHttp2AndNamesTheHostInARefusal() {
    Reply refused =
        operator.api().send("POST", "/openapi/logstashes", new JsonObject().put("version", 7));

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.code()).isEqualTo("InvalidParameter");
    assertThat(refused.json().getString("HostId")).isEqualTo("127.0.0.1");
  }

  @Test
  void answersOkHttpOverHttp2() throws IOException {
    String id = changing();
    OkHttpClient client =
        new OkHttpClient.Builder()
            .sslSocketFactory(
                SERVER.trusted().getSocketFactory(), (X509TrustManager) SERVER.trustManagers()[0])
            .build();
    Request interrupt =
        new Request.Builder()
            .url("https://127.0.0.1:" + service.port() + Operator.steer(id, "interrupt", "o-" + id))
            .post(RequestBody.create(null, new byte[0]))
            .build();

    try (Response response = client.newCall(interrupt).execute()) {
      assertThat(response.protocol()).isEqualTo(Protocol.HTTP_2);
      assertThat(response.body().string()).contains("\"Result\":true");
    } finally {
      client.connectionPool().evictAll();
      client.dispatcher().executorService().shutdown();
    }
  }

  @Test
  void answersTheOfficialSdk() throws Exception {
    String id = changing();
    Client sdk =
        new Client(
            new Config()
                .setAccessKeyId("any")
                .setAccessKeySecret("any")
                .setRegionId("cn-hangzhou")
                .setProtocol("HTTPS")
                .setEndpoint("127.0.0.1:" + service.port()));

    InterruptLogstashTaskResponse interrupted =
        sdk.interruptLogstashTaskWithOptions(
            id,
            new InterruptLogstashTaskRequest().setClientToken("s-" + id),
            Map.of(),
            new RuntimeOptions().setIgnoreSSL(true));

    assertThat(interrupted.getBody().getResult()).isTrue();
  }

  @Test
  void answersHttp11AndHttp10UnderTheSameGuard() throws IOException {
    try (RawHttp http = service.connect(SERVER.trusted())) {
      http.send("GET /openapi/logstashes HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(http.read().status()).isEqualTo(200);
      http.send("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
      Envelope.assertRefused(http.read(), "InvalidRequest", "");
      assertThat(http.read()).isNull();
    }
    try (RawHttp http = service.connect(SERVER.trusted())) {
      http.send("GET /openapi/logstashes HTTP/1.0\r\n\r\n");
      assertThat(http.readToClose()).extracting(RawHttp.Reply::status).containsExactly(200);
    }
  }

  @Test
  void answersALongPipelineInOrder() throws IOException {
    String unknown = "GET /openapi/x HTTP/1.1\r\nHost: h\r\n\r\n";
    try (RawHttp http = service.connect(SERVER.trusted())) {
      http.send(unknown.repeat(300) + "GET /openapi/logstashes HTTP/1.0\r\n\r\n");
      var statuses = http.readToClose().stream().map(RawHttp.Reply::status).toList();

      assertThat(statuses).hasSize(301).endsWith(404, 200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void shakesHandsWith(String version) throws IOException {
    try (SSLSocket socket = socket()) {
      socket.setEnabledProtocols(new String[] {version});
      socket.startHandshake();

      assertThat(socket.getSession().getProtocol()).isEqualTo(version);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1", "TLSv1.1"})
  void doesNotShakeHandsWith(String version) throws IOException {
    try (SSLSocket socket = socket()) {
      socket.setEnabledProtocols(new String[] {version});

      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
    }
  }

  @Test
  void answersAPlainRequestOnThePlainPortAndNoneOnTheOther() throws IOException {
    assertThat(service.fixture().api().get("/openapi/logstashes").status()).isEqualTo(200);
    try (RawHttp http = RawHttp.connect(service.port())) {
      http.send("GET /openapi/logstashes HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(http.readToClose()).isEmpty();
    }
  }

  @Test
  void keepsTheManagementPortPlain() {
    ApiClient management = new ApiClient(service.fixture().service().managementPort());

    assertThat(management.get("/health/ready").status()).isEqualTo(200);
  }

  private static String changing() {
    String id = operator.createInstance(2);
    assertThat(operator.restart(id).status()).isEqualTo(200);
    return id;
  }

  private static SSLSocket socket() throws IOException {
    return (SSLSocket)
        SERVER
            .trusted()
            .getSocketFactory()
            .createSocket(InetAddress.getLoopbackAddress(), service.port());
  }
}
