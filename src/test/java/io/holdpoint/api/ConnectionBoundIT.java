package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.RawHttp;
import io.holdpoint.testkit.TestDatabase;
import io.holdpoint.testkit.TestIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** More connections than a port is meant to carry, counted from their accept. */
@ExtendWith(DatabaseExtension.class)
class ConnectionBoundIT {
  private static final TestIdentity SERVER = TestIdentity.of("holdpoint");
  private static final String GET = "GET /openapi/logstashes HTTP/1.1\r\nHost: h\r\n\r\n";

  @Test
  void oneTooManyIsClosedAtOnceAlsoBeforeItsHandshake(
      TestDatabase database, @TempDir Path directory) throws IOException {
    Map<String, String> two = Map.of("HOLDPOINT_HTTP_MAX_CONNECTIONS", "2");
    try (TlsService service = TlsService.start(database, directory, SERVER, two);
        RawHttp silent = RawHttp.connect(service.port());
        RawHttp encrypted = service.connect(SERVER.trusted())) {
      assertThat(encrypted.send(GET).read().status()).isEqualTo(200);
      try (RawHttp third = RawHttp.connect(service.port())) {
        assertThat(third.read()).isNull();
      }
      assertThat(refused(service)).isEqualTo(1);
      assertThat(service.fixture().api().get("/openapi/logstashes").status()).isEqualTo(200);

      silent.close();
      Await.until(Duration.ofSeconds(10), "there is room again", () -> serves(service));
      assertThat(encrypted.send(GET).read().status()).isEqualTo(200);
    }
  }

  private static double refused(TlsService service) {
    return service.metric("holdpoint_connections_refused_total");
  }

  private static boolean serves(TlsService service) {
    try (RawHttp http = service.connect(SERVER.trusted())) {
      return http.send(GET).read() != null;
    } catch (IOException closed) {
      return false;
    }
  }
}
