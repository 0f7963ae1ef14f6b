package io.holdpoint.driver;

import static io.holdpoint.driver.DriverFixture.at;
import static io.holdpoint.driver.DriverFixture.get;
import static io.holdpoint.driver.DriverFixture.refusal;
import static io.holdpoint.driver.DriverFixture.shell;
import static io.holdpoint.driver.DriverFixture.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdpoint.secret.Credential;
import io.holdpoint.task.Node;
import io.holdpoint.testkit.Await;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProcessDriverIT extends DriverApiContract {
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "PATH", "/usr/bin:/bin",
          "LS_JAVA_OPTS", "-Xmx1g",
          "AWS_SECRET_ACCESS_KEY", "not for nodes",
          "HOLDPOINT_POSTGRES_URI", "postgresql://app:hunter2@db/x");

  private final Vertx vertx = Vertx.vertx();
  private final List<ProcessDriver> drivers = new ArrayList<>();
  private final ProcessDriver driver = create(NodeHttp.ANSWER_LIMIT);
  private final ProcessDriver second = create(NodeHttp.ANSWER_LIMIT);

  private ProcessDriver create(Duration answerLimit) {
    ProcessDriver made =
        new ProcessDriver(
            DriverFixture.holding(DriverFixture.withApi(Credential.NONE)),
            vertx,
            ENVIRONMENT,
            answerLimit);
    drivers.add(made);
    return made;
  }

  @Override
  NodeDriver driverThatWaits(Duration answerLimit) {
    return create(answerLimit);
  }

  @Override
  NodeDriver driver() {
    return driver;
  }

  @Override
  NodeDriver secondDriver() {
    return second;
  }

  @Override
  Node node(List<String> commandLine) {
    return DriverFixture.node("process", root, Map.of("command", commandLine));
  }

  @AfterEach
  void end() throws IOException {
    get(driver.signal(node(), NodeSignal.KILL));
    killCommands();
    drivers.forEach(ProcessDriver::close);
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void noSecretOfHoldpointReachesAProcess() throws IOException {
    Node node =
        with(
            node(shell("env >\"$1/env.part\"; mv \"$1/env.part\" \"$1/env\"", root.toString())),
            "environment",
            Map.of("LS_HOME", "/x", "A", "b c"));

    get(driver.start(node));
    Await.until(LIMIT, "env", () -> Files.exists(root.resolve("env")));

    List<String> env = Files.readAllLines(root.resolve("env"));
    assertTrue(
        env.containsAll(List.of("LS_JAVA_OPTS=-Xmx1g", "LS_HOME=/x", "A=b c")), env::toString);
    assertFalse(String.join("\n", env).matches("(?s).*(HOLDPOINT|hunter2|AWS_).*"), env::toString);
  }

  @Test
  void aProcessThatIsGoneTellsItsLastLine() {
    Node node = node(shell("echo first; echo; echo 'no such pipeline' >&2; echo; exit 1"));

    get(driver.start(node));
    awaitGone(node);

    assertEquals("not running; it said last: no such pipeline", get(driver.probe(node)).detail());
  }

  @Test
  void aProgramThatIsNotThereIsNoProcess() {
    Node node = node(List.of("/no/such/program"));

    get(driver.start(node));
    awaitGone(node);

    assertTrue(get(driver.probe(node)).detail().contains("/no/such/program"));
  }

  @Test
  void aZombieIsGone() throws IOException {
    Node node = node();
    Process parent = new ProcessBuilder(shell("sleep 60 & echo $!; exec sleep 60")).start();
    try (BufferedReader out = parent.inputReader()) {
      long child = Long.parseLong(out.readLine());
      record(ProcessMark.living(child).orElseThrow().toString());
      assertTrue(get(driver.probe(node)).up());

      kill(child);
      Await.until(LIMIT, "zombie", () -> ProcessMark.living(child).isEmpty());

      assertTrue(Files.exists(Path.of("/proc/" + child)));
      assertFalse(get(driver.probe(node)).up());
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void anotherProcessWithTheSameNumberIsNotTouched() throws IOException {
    Node node = node();
    Process other = new ProcessBuilder("sleep", "60").start();
    try {
      String boot = ProcessMark.living(other.pid()).orElseThrow().started().split("@")[1];
      record(other.pid() + " 1@" + boot);

      assertFalse(get(driver.probe(node)).up());
      get(driver.stop(node));
      get(driver.signal(node, NodeSignal.KILL));

      assertTrue(other.isAlive());
      get(driver.start(node));
      awaitStarted();
      assertTrue(get(driver.probe(node)).up());
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void aProcessThatAnswersAsTheNodeIsAdopted() throws Exception {
    Process logstash = new ProcessBuilder("sleep", "60").start();
    long started = logstash.info().startInstant().orElseThrow().toEpochMilli();
    try (ApiStandIn api = ApiStandIn.plain()) {
      Node node = at(node(), api.endpoint());
      api.answer(200, jvm(logstash.pid(), started - TimeUnit.HOURS.toMillis(1)));
      assertFalse(get(driver.probe(node)).up(), "a number alone proves nothing");

      api.answer(200, jvm(logstash.pid(), started + 1_500));
      assertEquals(logstash.pid(), get(driver.probe(node)).pid());

      api.answer(500, "");
      get(driver.start(node));
      assertEquals(0, lines("started"));
      get(driver.stop(node));
      assertTrue(logstash.waitFor(20, TimeUnit.SECONDS));
      assertFalse(get(driver.probe(node)).up());
    } finally {
      logstash.destroyForcibly();
    }
  }

  @Test
  void nothingDiesWithHoldpoint() throws Exception {
    Node node = node();
    Process holdpoint =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ProcessDriverChild.class.getName(),
                root.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out = holdpoint.inputReader()) {
      assertEquals("begun", out.readLine());

      kill(holdpoint.pid());
      holdpoint.waitFor();
      assertEquals(null, out.readLine(), "its output is held by what it began");
    }

    assertTrue(get(driver.probe(node)).up());
    assertEquals(RunState.Phase.RUNNING, get(driver.runState(node, "child")).phase());
    Files.createFile(root.resolve("go"));
    assertTrue(ended(node, "child").succeeded());
  }

  @Test
  void aNodeWithoutItsPathsIsRefused() {
    Node node = with(node(), "home", "relative");

    assertEquals("node-1 has no usable setting home", refusal(driver.probe(node)).getMessage());
    assertEquals(
        "node-1 has no usable setting environment",
        refusal(driver.start(with(node(), "environment", Map.of("A=B", "c")))).getMessage());
  }

  private void killCommands() throws IOException {
    Path runs = Files.createDirectories(root.resolve("data/.holdpoint/run"));
    try (Stream<Path> directories = Files.list(runs)) {
      for (Path directory : directories.toList()) {
        ProcessMark.parse(Files.readString(directory.resolve("pid")))
            .filter(ProcessMark::alive)
            .flatMap(runner -> ProcessHandle.of(runner.pid()))
            .ifPresent(
                runner -> {
                  List<ProcessHandle> children = runner.descendants().toList();
                  runner.destroyForcibly();
                  children.forEach(ProcessHandle::destroyForcibly);
                });
      }
    }
  }

  private void record(String mark) throws IOException {
    Path work = Files.createDirectories(root.resolve("data/.holdpoint"));
    Files.writeString(work.resolve("node.pid"), mark + "\n");
  }

  private static String jvm(long pid, long started) {
    return "{\"jvm\":{\"pid\":%d,\"start_time_in_millis\":%d}}".formatted(pid, started);
  }
}
