package io.holdpoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.EventKind;
import io.holdpoint.testkit.ChildProcess;
import io.holdpoint.testkit.FaultProxy;
import io.holdpoint.testkit.Operator;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code holdpoint call} against a running service that checks signatures. */
@RunningService({
  "HOLDPOINT_AUTH_MODE=signature",
  "HOLDPOINT_ACCESS_KEY_ID=call-it",
  "HOLDPOINT_ACCESS_KEY_SECRET=" + CallIT.SECRET,
  "HOLDPOINT_SECRET_KEY=key-1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
})
class CallIT {
  static final String SECRET = "hush-0f3c9a57e2d14b86";

  private static final Duration ENDED = Duration.ofSeconds(30);

  private static ServiceFixture service;
  private static TestDatabase database;

  private final List<CommandRun> lines = new ArrayList<>();

  @TempDir Path directory;

  @BeforeAll
  static void start(ServiceFixture running, TestDatabase fresh) {
    service = running;
    database = fresh;
  }

  @AfterEach
  void secretIsNeverShown() {
    assertThat(lines).isNotEmpty().noneMatch(line -> (line.out() + line.err()).contains(SECRET));
  }

  @ParameterizedTest
  @ValueSource(strings = {"acs3", "roa-sha1"})
  void mainJobIsDoneFromAScript(String scheme) throws IOException {
    String instance = createInstance(scheme);
    assertDone(call(scheme, "RestartLogstash", "--instance", instance));
    awaitSecondNode(instance);

    CommandRun held =
        call(
            scheme,
            "InterruptLogstashTask",
            "--instance",
            instance,
            "--reason",
            "the disk",
            "--interrupt-mode",
            "now");
    assertDone(held);
    assertThat(held.err()).startsWith("holdpoint: client token ").hasLineCount(1);
    assertThat(new JsonObject(held.out()).getBoolean("Result")).isTrue();
    CommandRun described = call(scheme, "DescribeLogstash", "--instance", instance);
    assertThat(result(described).getString("status")).isEqualTo("suspended");
    assertThat(history(instance)).contains("the disk");

    service.await(instance, EventKind.QUIESCED);
    assertDone(call(scheme, "ResumeLogstashTask", "--instance", instance));
    service.await(instance, EventKind.SUCCEEDED);

    CommandRun late = call(scheme, "InterruptLogstashTask", "--instance", instance);
    assertThat(late.exitCode()).isEqualTo(3);
    assertThat(new JsonObject(late.out()).getBoolean("Result")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"acs3", "roa-sha1"})
  void wrongSecretIsRefused(String scheme) {
    Map<String, String> wrong = new HashMap<>(environment(service.service().port()));
    wrong.put("HOLDPOINT_CALL_ACCESS_KEY_SECRET", "not-" + SECRET.substring(5));

    CommandRun line =
        run(wrong, "InterruptLogstashTask", "--instance", "ls-cn-any", "--scheme", scheme);

    assertThat(line.exitCode()).isEqualTo(4);
    assertThat(line.out()).contains("\"Code\":\"SignatureDoesNotMatch\"");
    assertThat(line.err())
        .contains("refused: 400 SignatureDoesNotMatch")
        .doesNotContain("trying again")
        .doesNotContain(SECRET.substring(5));
  }

  @Test
  void unsignedCallIsRefused() {
    CommandRun line =
        run(Map.of(), "ListLogstash", "--endpoint", endpoint(service.service().port()));

    assertThat(line.exitCode()).isEqualTo(4);
    assertThat(line.out()).contains("MissingAccessKeyId");
  }

  @Test
  void lostReplyIsAskedForAgainWithTheSameTokenAndHasOneEffect() throws IOException {
    String instance = createInstance("acs3");
    assertDone(call("acs3", "RestartLogstash", "--instance", instance));
    awaitSecondNode(instance);
    String token = UUID.randomUUID().toString();

    CommandRun line;
    try (FaultProxy proxy = new FaultProxy(service.service().port())) {
      proxy.loseAnswerOnce(token);
      line =
          run(
              environment(proxy.port()),
              "InterruptLogstashTask",
              "--instance",
              instance,
              "--client-token",
              token,
              "--json");
      assertThat(proxy.lost()).isEqualTo(1);
    }

    assertThat(line.exitCode()).isZero();
    JsonObject told = new JsonObject(line.out());
    assertThat(told.getInteger("attempts")).isEqualTo(2);
    assertThat(told.getString("replayed")).isEqualTo("true");
    assertThat(told.getString("clientToken")).isEqualTo(token);
    assertThat(told.getJsonObject("body").getBoolean("Result")).isTrue();
    assertThat(line.err()).contains("attempt 1: no answer from");
    assertThat(
            database.count(
                "SELECT count(*) FROM events WHERE kind = 'interrupted' AND instance_id = '"
                    + instance
                    + "'"))
        .isEqualTo(1);
  }

  @Test
  void valuesOfAllKindsAreSignedAsTheyAreRead() {
    assertDone(
        call(
            "acs3",
            "ListLogstash",
            "--param",
            "description=a b&c=ü+~*'()%2F",
            "--param",
            "size=5"));
    assertDone(call("roa-sha1", "ListLogstash", "--param", "description=a b=ü+~*'()%2F"));
    assertDone(call("acs3", "GetContract"));
    assertThat(call("acs3", "DescribeLogstash", "--instance", "ls ü/~").out())
        .contains("\"Code\":\"Inv");
  }

  @Test
  void nobodyThereIsUnavailable() throws IOException {
    int nobody;
    try (FaultProxy gone = new FaultProxy(service.service().port())) {
      nobody = gone.port();
    }

    CommandRun line =
        run(
            environment(nobody),
            "InterruptLogstashTask",
            "--instance",
            "ls-cn-any",
            "--timeout",
            "1s",
            "--json");

    assertThat(line.exitCode()).isEqualTo(5);
    assertThat(new JsonObject(line.out()).getString("error")).endsWith("cannot connect");
    assertThat(line.err()).contains("trying again", "finds out");
  }

  /** The jar itself: its exit code, one line on standard output, a secret from a file. */
  @Test
  void jarIsUsableInScripts() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), SECRET + "\n");
    Map<String, String> environment = new HashMap<>(environment(service.service().port()));
    environment.remove("HOLDPOINT_CALL_ACCESS_KEY_SECRET");

    try (ChildProcess child =
        ChildProcess.launch(
            environment,
            "call",
            "InterruptLogstashTask",
            "--instance",
            "ls-cn-nowhere",
            "--access-key-secret-file",
            secret.toString())) {
      assertThat(child.exitCode(ENDED)).isEqualTo(4);
      assertThat(child.out()).singleElement().asString().contains("InstanceNotFound");
      assertThat(child.errorLines()).hasSize(2);
      assertThat(child.log()).isEmpty();
      lines.add(new CommandRun(4, child.out().toString(), child.errorLines().toString()));
    }
  }

  /** Its second node is slow enough to be met while it stops. */
  private String createInstance(String scheme) throws IOException {
    Path body = directory.resolve("body.json");
    Files.writeString(body, Operator.createBody(3).encode());
    CommandRun created = call(scheme, "CreateLogstash", "--body", "@" + body);
    assertDone(created);
    String instance = result(created).getString("instanceId");
    JsonArray nodes = new JsonArray();
    for (int i = 1; i <= 3; i++) {
      nodes.add(
          new JsonObject()
              .put("nodeId", "node-" + i)
              .put("address", "10.0.0." + i)
              .put("driver", "simulated")
              .put("settings", new JsonObject().put("stopMillis", i == 2 ? 2_000 : 1)));
    }
    String text = new JsonObject().put("nodes", nodes).encode();
    assertDone(call(scheme, "PutInstanceNodes", "--instance", instance, "--body", text));
    return instance;
  }

  private static void awaitSecondNode(String instance) {
    service.await(
        event ->
            event.instanceId().equals(instance)
                && event.kind() == EventKind.STEP_BEGUN
                && "node-2".equals(event.nodeId()));
  }

  private String history(String instance) {
    return call("acs3", "ListInstanceEvents", "--instance", instance, "--param", "limit=500").out();
  }

  private CommandRun call(String scheme, String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--scheme", scheme));
    return run(environment(service.service().port()), all.toArray(String[]::new));
  }

  private CommandRun run(Map<String, String> environment, String... words) {
    CommandRun line = CommandRun.call(environment, words);
    lines.add(line);
    return line;
  }

  private static Map<String, String> environment(int port) {
    return Map.of(
        "HOLDPOINT_CALL_ENDPOINT",
        endpoint(port),
        "HOLDPOINT_CALL_ACCESS_KEY_ID",
        "call-it",
        "HOLDPOINT_CALL_ACCESS_KEY_SECRET",
        SECRET);
  }

  private static String endpoint(int port) {
    return "http://127.0.0.1:" + port;
  }

  private static JsonObject result(CommandRun line) {
    return new JsonObject(line.out()).getJsonObject("Result");
  }

  private static void assertDone(CommandRun line) {
    assertThat(line.exitCode()).as("%s", line).isZero();
  }
}
