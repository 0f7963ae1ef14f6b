package io.holdpoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.ChildProcess;
import io.holdpoint.testkit.ChildService;
import io.holdpoint.testkit.Operator;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A service on its embedded database: one directory through refusal, kill and restart. The tests go
 * on with each other's service, because a first start costs seconds.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EmbeddedLifeIT {
  private static final Duration SOON = Duration.ofSeconds(15);

  @TempDir static Path directory;
  private static ChildService service;
  private static Operator operator;

  @BeforeAll
  static void start() {
    service =
        ChildService.start(
            Map.of(
                "HOLDPOINT_DATA_DIR",
                directory.resolve("data").toString(),
                "HOLDPOINT_SIMULATED_STOP",
                "100ms"));
    operator = new Operator(service.api());
  }

  @AfterAll
  static void stop() {
    service.child().terminate();
    service.child().exitCode(SOON);
    service.close();
  }

  @Test
  @Order(1)
  void secondServiceOnTheSameDirectoryIsRefused() {
    String data = service.environment().get("HOLDPOINT_DATA_DIR");
    String pid = Long.toString(service.child().process().pid());

    StartIT.assertRefused(
        Map.of("HOLDPOINT_DATA_DIR", data),
        new String[] {"serve"},
        "in use by process " + pid,
        "HOLDPOINT_DATA_DIR");
    StartIT.assertRefused(
        Map.of("HOLDPOINT_DATA_DIR", data), new String[] {"migrate"}, "in use by process " + pid);
    assertThat(service.ready()).isTrue();
  }

  @Test
  @Order(1)
  void keysAreManagedBesideTheRunningService() {
    String id =
        new JsonObject(keys("add", "--user", "deploy", "--role", "operator", "--json"))
            .getString("accessKeyId");

    assertThat(keys("list")).isEqualTo("default  deploy  " + id + "  active  operator");
    assertThat(keys("disable", id)).contains("is disabled");
    assertThat(keys("remove", id)).contains("is removed");
    assertThat(service.ready()).isTrue();
    assertThat(service.child().process().isAlive()).isTrue();
  }

  @Test
  @Order(2)
  void acknowledgedStateHoldsOverKillWithOrphanedServer() {
    String instance = operator.createInstance(5);
    operator.restart(instance);
    Await.until(SOON, "a node restarts", () -> kinds(instance).contains("step-done"));
    assertThat(operator.interrupt(instance, "before-the-kill").result()).isEqualTo(true);
    service.kill();
    assertThat(serversLeft()).as("PostgreSQL processes that outlive the kill").isNotEmpty();

    service.startAgain();

    assertThat(operator.status(instance)).isEqualTo("suspended");
    Reply again = operator.interrupt(instance, "before-the-kill");
    assertThat(again.result()).isEqualTo(true);
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    operator.resume(instance, "after-the-kill");
    Await.until(SOON, "the restart ends", () -> kinds(instance).contains("succeeded"));
    assertThat(operator.task(instance).getInteger("stepsStartedAfterAck")).isZero();
  }

  @Test
  @Order(3)
  void dataSurvivesAnOrderlyRestart() {
    String instance = operator.createInstance(2);

    service.child().terminate();
    assertThat(service.child().exitCode(Duration.ofSeconds(10))).isZero();
    assertThat(service.child().errorLines()).isEmpty();
    assertThat(serversLeft()).as("PostgreSQL processes left behind").isEmpty();
    String id =
        new JsonObject(keys("add", "--user", "night", "--role", "brake-only", "--json"))
            .getString("accessKeyId");
    assertThat(serversLeft()).as("the command starts the server for its moment").isEmpty();
    service.startAgain();
    assertThat(keys("list")).contains(id);

    assertThat(operator.status(instance)).isEqualTo("active");
  }

  @Test
  @Order(4)
  void wrongPasswordIsRefused() {
    String port =
        service.child().log().stream()
            .filter(line -> line.contains("embedded PostgreSQL started"))
            .map(line -> line.replaceFirst(".*\"port\":\"?(\\d+).*", "$1"))
            .findFirst()
            .orElseThrow();

    String line =
        StartIT.assertRefused(
            Map.of(
                "HOLDPOINT_POSTGRES_URI",
                "postgresql://holdpoint:no@127.0.0.1:" + port + "/holdpoint"),
            new String[] {"serve"},
            "password authentication failed");
    assertThat(line).contains("URI in the configuration");
  }

  private static String keys(String... words) {
    String[] all = Stream.concat(Stream.of("keys"), Stream.of(words)).toArray(String[]::new);
    Map<String, String> data =
        Map.of("HOLDPOINT_DATA_DIR", service.environment().get("HOLDPOINT_DATA_DIR"));
    try (ChildProcess child = ChildProcess.launch(data, all)) {
      int code = child.exitCode(Duration.ofSeconds(30));
      assertThat(child.errorLines()).isEmpty();
      assertThat(code).isZero();
      assertThat(child.out()).hasSize(1);
      return child.out().get(0);
    }
  }

  private static List<String> kinds(String instance) {
    return operator.history(instance).stream()
        .map(event -> ((JsonObject) event).getString("kind"))
        .toList();
  }

  private static List<Long> serversLeft() {
    String binaries = directory.resolve("data").resolve("binaries").toString();
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().command().orElse("").startsWith(binaries))
        .map(ProcessHandle::pid)
        .toList();
  }
}
