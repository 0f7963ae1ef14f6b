package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.RawHttp2;
import io.holdpoint.testkit.TestDatabase;
import io.holdpoint.testkit.TestIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Who may shake hands when client certificates are asked for. */
@ExtendWith(DatabaseExtension.class)
class ClientCertificateIT {
  private static final String ALL = "/openapi/logstashes";

  private final TestIdentity server = TestIdentity.of("holdpoint");
  private final TestIdentity client = TestIdentity.of("client");
  private final TestIdentity stranger = TestIdentity.of("stranger");

  @Test
  void aRequiredCertificateMustBeThereAndOfAKnownAuthority(
      TestDatabase database, @TempDir Path directory) throws IOException {
    Path ca = client.writeCertificate(directory.resolve("ca.pem"));
    try (TlsService service = start(database, directory, "required", ca)) {
      assertThat(status(service, server.trustedBy(client))).isEqualTo(200);
      assertRefused(service, server.trusted());
      assertRefused(service, server.trustedBy(stranger));

      stranger.writeCertificate(ca);
      Await.until(
          Duration.ofSeconds(20),
          "the other authority is known",
          () -> serves(service, server.trustedBy(stranger)));
      assertRefused(service, server.trustedBy(client));
    }
  }

  @Test
  void aRequestedCertificateMayBeLeftOutButNotBeUnknown(
      TestDatabase database, @TempDir Path directory) throws IOException {
    Path ca = client.writeCertificate(directory.resolve("ca.pem"));
    try (TlsService service = start(database, directory, "request", ca)) {
      assertThat(status(service, server.trustedBy(client))).isEqualTo(200);
      assertThat(status(service, server.trusted())).isEqualTo(200);
    }
  }

  private TlsService start(TestDatabase database, Path directory, String mode, Path ca) {
    return TlsService.start(
        database,
        directory,
        server,
        Map.of("HOLDPOINT_TLS_CLIENT_AUTH", mode, "HOLDPOINT_TLS_CLIENT_CA", ca.toString()));
  }

  private static int status(TlsService service, SSLContext tls) throws IOException {
    try (RawHttp2 http = service.connectHttp2(tls)) {
      return http.get(1, ALL).reply(1).status();
    }
  }

  private static boolean serves(TlsService service, SSLContext tls) {
    try {
      return status(service, tls) == 200;
    } catch (IOException refused) {
      return false;
    }
  }

  private static void assertRefused(TlsService service, SSLContext tls) {
    assertThatThrownBy(() -> status(service, tls)).isInstanceOf(IOException.class);
  }
}
