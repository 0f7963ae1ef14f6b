package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.store.StartException;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.RawHttp;
import io.holdpoint.testkit.RawHttp2;
import io.holdpoint.testkit.TestDatabase;
import io.holdpoint.testkit.TestIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The files of a running listener change: good ones are used, bad ones are not, nobody is cut. */
@ExtendWith(DatabaseExtension.class)
class TlsReloadIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String FAILURES = "holdpoint_tls_reload_failures_total";
  private static final String EXPIRES = "holdpoint_tls_certificate_expires_seconds";
  private static final String GET = "GET /openapi/logstashes HTTP/1.1\r\nHost: h\r\n\r\n";

  private final TestIdentity first = TestIdentity.of("first");
  private final TestIdentity second = TestIdentity.of("second");
  private TlsService service;

  @BeforeEach
  void start(TestDatabase database, @TempDir Path directory) {
    service = TlsService.start(database, directory, first, Map.of());
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void newConnectionsGetTheNewCertificateAndLivingOnesGoOn() throws IOException {
    try (RawHttp old = service.connect(first.trusted());
        RawHttp2 oldHttp2 = service.connectHttp2(first.trusted())) {
      assertThat(old.send(GET).read().status()).isEqualTo(200);
      assertThat(oldHttp2.get(1, "/openapi/logstashes").reply(1).status()).isEqualTo(200);

      second.writeKey(service.key());
      second.writeCertificate(service.cert());
      Await.until(SOON, "the second certificate is shown", () -> shows(second));

      assertThat(service.metric(EXPIRES)).isEqualTo(expires(second));
      assertThat(old.send(GET).read().status()).isEqualTo(200);
      assertThat(oldHttp2.get(3, "/openapi/logstashes").reply(3).status()).isEqualTo(200);
      try (RawHttp2 next = service.connectHttp2(second.trusted())) {
        assertThat(next.get(1, "/openapi/logstashes").reply(1).status()).isEqualTo(200);
      }
    }
  }

  @Test
  void badFilesAreCountedOnceAndTheGoodOnesStayUntilBetterOnesCome() throws IOException {
    second.writeCertificate(service.cert());
    Await.until(SOON, "a certificate without its key fails", () -> service.metric(FAILURES) == 1);
    assertThat(shows(first)).isTrue();
    assertThat(service.metric(EXPIRES)).isEqualTo(expires(first));

    Files.delete(service.key());
    Await.until(SOON, "a missing key fails", () -> service.metric(FAILURES) == 2);
    assertThat(shows(first)).isTrue();

    Path written = second.writeKey(service.key().resolveSibling("new"));
    Files.move(written, service.key(), StandardCopyOption.ATOMIC_MOVE);
    Await.until(SOON, "the second certificate is shown", () -> shows(second));
    assertThat(service.metric(FAILURES)).isEqualTo(2);
  }

  @Test
  void aStartWithAKeyThatDoesNotFitSaysWhatToDo(TestDatabase database, @TempDir Path directory) {
    Map<String, String> otherKey =
        Map.of("HOLDPOINT_TLS_KEY", second.writeKey(directory.resolve("other.pem")).toString());

    assertThatThrownBy(() -> TlsService.start(database, directory, first, otherKey))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("other.pem holds no private key of the certificate in")
        .hasMessageContaining("issued together with it");
  }

  @Test
  void aPortInUseIsNamedWithItsVariable(TestDatabase database, @TempDir Path directory) {
    Map<String, String> taken = Map.of("HOLDPOINT_HTTPS_PORT", String.valueOf(service.port()));

    assertThatThrownBy(() -> TlsService.start(database, directory, first, taken))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("port " + service.port() + " on 127.0.0.1 cannot be bound")
        .hasMessageContaining("HOLDPOINT_HTTPS_PORT");
  }

  private static double expires(TestIdentity identity) {
    return identity.certificate().getNotAfter().toInstant().getEpochSecond();
  }

  /** Whether a client that trusts this certificate alone gets to see it. */
  private boolean shows(TestIdentity identity) {
    try (SSLSocket socket =
        (SSLSocket)
            identity
                .trusted()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), service.port())) {
      socket.setSoTimeout(4 * RawHttp.PATIENCE_MILLIS);
      socket.startHandshake();
      Certificate shown = socket.getSession().getPeerCertificates()[0];
      return shown.equals(identity.certificate());
    } catch (IOException notTrusted) {
      return false;
    }
  }
}
