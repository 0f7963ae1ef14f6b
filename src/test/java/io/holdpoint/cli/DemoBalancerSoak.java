package io.holdpoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.ApiClient;
import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.ChildService;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.Operator;
import io.holdpoint.testkit.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A real HAProxy, with the rules of {@code conf/haproxy.cfg}, in front of two real nodes. */
@ExtendWith(DatabaseExtension.class)
class DemoBalancerSoak {
  private static final int CALLS = 50;
  private static final int READ_MILLIS = 40_000;

  @TempDir private Path folder;
  private final List<ChildService> nodes = new ArrayList<>();
  private FrontBalancer balancer;
  private ApiClient api;
  private Operator operator;

  @BeforeEach
  void start(TestDatabase database) throws IOException {
    FrontBalancer.assumeInstalled();
    for (int i = 0; i < 2; i++) {
      nodes.add(ChildService.start(database, Map.of("HOLDPOINT_SIMULATED_STOP", "60s")));
    }
    balancer = FrontBalancer.of(folder, nodes);
    api = new ApiClient(balancer.port());
    operator = new Operator(api);
  }

  @AfterEach
  void end() {
    if (balancer != null) {
      balancer.close();
    }
    nodes.forEach(ChildService::close);
  }

  @Test
  void callsGoOnWhenANodeIsKilledAndSayWhenNoneIsLeft(TestDatabase database) {
    String instance = operator.createInstance(2);
    operator.restart(instance);
    assertThat(operator.interrupt(instance, "before").result()).isEqualTo(true);

    nodes.get(0).kill();

    for (int call = 0; call < CALLS; call++) {
      Reply again = operator.interrupt(instance, "before");
      assertThat(again.status()).as(again.body()).isEqualTo(200);
      assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
      assertThat(operator.interrupt(instance, "after-" + call).result()).isEqualTo(true);
    }
    HistoryCheck.holds(database);

    nodes.get(1).kill();

    Reply none = operator.interrupt(instance, "nobody");
    assertThat(none.status()).isEqualTo(503);
    assertThat(none.code()).isEqualTo("ServiceUnavailable");
    assertThat(none.header("content-type")).isEqualTo("application/json");
    assertThat(none.header("x-acs-retry-after")).isEqualTo("1000");
    assertThat(none.json().getString("RequestId")).matches("[0-9a-f-]{36}");
  }

  @Test
  void aStreamComesAtOnceAndOutlivesTheTimeOutOfACall() throws IOException {
    URLConnection connection =
        URI.create("http://127.0.0.1:" + balancer.port() + "/v1/events").toURL().openConnection();
    connection.setReadTimeout(READ_MILLIS);
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
      // Comments only: the second comes when a call would have been given up long since.
      awaitLine(lines, ":");
      awaitLine(lines, ":");
      operator.createInstance(1);
      String instance = operator.createInstance(1);
      operator.restart(instance);
      awaitLine(lines, "event: created");
    }
  }

  private static void awaitLine(BufferedReader lines, String beginning) throws IOException {
    String line;
    do {
      line = lines.readLine();
      assertThat(line).as("a line that begins with " + beginning).isNotNull();
    } while (!line.startsWith(beginning));
  }
}
