package io.holdpoint.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.ChildProcess;
import io.holdpoint.testkit.ChildService;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.InSoak;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What Compose would run, without Docker: the commands and environments of the file, one after the
 * other on a fresh database, and the health check as it stands there.
 */
@ExtendWith(DatabaseExtension.class)
class ComposeRunIT {
  private static final ComposeFile FILE = ComposeFile.read();
  private static final Duration ENDED = Duration.ofSeconds(30);
  private static final String SECRET = "0f3c9a57e2d14b86a1b2c3d4";
  private static final Map<String, String> OUTSIDE =
      Map.of(
          "GRAFANA_ADMIN_PASSWORD", "grafana",
          "POSTGRES_OWNER_PASSWORD", "owner",
          "POSTGRES_REPLICATION_PASSWORD", "replication",
          "POSTGRES_RUNTIME_PASSWORD", "runtime",
          "HOLDPOINT_ACCESS_KEY_ID", "first-key",
          "HOLDPOINT_ACCESS_KEY_SECRET", SECRET,
          "HOLDPOINT_SECRET_KEY", "key-1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");

  private TestDatabase server;

  @BeforeEach
  void createDatabase(TestDatabase any) {
    server = any;
    server.execute("CREATE DATABASE to_compose OWNER holdpoint_owner");
  }

  @AfterEach
  void dropDatabase() {
    server.execute("DROP DATABASE to_compose WITH (FORCE)");
  }

  @InSoak
  @Test
  void migratedOnceItServesSignedCallsAndIsHealthy() throws Exception {
    try (ChildProcess migrate = ChildProcess.launch(environment("migrate"), command("migrate"))) {
      assertThat(migrate.exitCode(ENDED)).as("%s", migrate.errorLines()).isZero();
    }
    int managementPort;
    try (ChildService service = ChildService.start(environment("holdpoint-1"))) {
      managementPort = managementPort(service);
      assertThat(isHealthy(managementPort)).isTrue();
      assertThat(list(service, Map.of())).isEqualTo(4);
      assertThat(
              list(
                  service,
                  Map.of(
                      "HOLDPOINT_CALL_ACCESS_KEY_ID",
                      "first-key",
                      "HOLDPOINT_CALL_ACCESS_KEY_SECRET",
                      SECRET)))
          .isZero();
    }
    assertThat(isHealthy(managementPort)).isFalse();
  }

  @Test
  void serviceThatIsNotReadyIsNotHealthy() throws Exception {
    assertThat(isHealthyWhenAnswered("HTTP/1.1 200 OK\r\n\r\n")).isTrue();
    assertThat(isHealthyWhenAnswered("HTTP/1.1 503 Service Unavailable\r\n\r\n 200 ")).isFalse();
  }

  private static boolean isHealthyWhenAnswered(String answer) throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> answered =
          CompletableFuture.runAsync(
              () -> {
                try (Socket client = listener.accept();
                    OutputStream out = client.getOutputStream()) {
                  client.getInputStream().read();
                  out.write(answer.getBytes(StandardCharsets.US_ASCII));
                  client.shutdownOutput();
                  // What is left unread would be answered with a reset, which overtakes the answer.
                  client.getInputStream().readAllBytes();
                } catch (IOException e) {
                  throw new CompletionException(e);
                }
              });
      boolean healthy = isHealthy(listener.getLocalPort());
      answered.get(5, TimeUnit.SECONDS);
      return healthy;
    }
  }

  /** As Docker would run it inside, but for the port. */
  private static boolean isHealthy(int port) throws Exception {
    JsonArray test = FILE.service("holdpoint-1").getJsonObject("healthcheck").getJsonArray("test");
    List<String> words = new ArrayList<>();
    test.stream().skip(1).forEach(word -> words.add(word.toString()));
    assertThat(test.getString(0)).isEqualTo("CMD");
    words.replaceAll(word -> word.replace("/127.0.0.1/9080 ", "/127.0.0.1/" + port + " "));
    Process check = new ProcessBuilder(words).redirectErrorStream(true).start();
    check.getInputStream().readAllBytes();
    return check.waitFor() == 0;
  }

  private static int list(ChildService service, Map<String, String> key) {
    Map<String, String> environment = new HashMap<>(key);
    environment.put("HOLDPOINT_CALL_ENDPOINT", "http://127.0.0.1:" + service.port());
    try (ChildProcess call = ChildProcess.launch(environment, "call", "ListLogstash")) {
      return call.exitCode(ENDED);
    }
  }

  private static int managementPort(ChildService service) {
    return Integer.parseInt(service.environment().get("HOLDPOINT_MANAGEMENT_PORT"));
  }

  private static String[] command(String service) {
    return FILE.service(service).getJsonArray("command").stream().toArray(String[]::new);
  }

  /** That of the file, at this server and on these addresses instead of its own. */
  private Map<String, String> environment(String service) {
    Map<String, String> environment = FILE.environment(service, OUTSIDE);
    String here = server.ownerUriOf("to_compose").replaceFirst("^.*@", "@");
    environment.replaceAll(
        (name, value) -> value.replaceFirst("@postgres:5432(,standby:5432)?/holdpoint", here));
    environment.replace("HOLDPOINT_HTTP_HOST", "0.0.0.0");
    return environment;
  }
}
