package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.auth.SignatureScheme;
import io.holdpoint.testkit.CapturedRequest;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.Effects;
import io.holdpoint.testkit.Operator;
import io.holdpoint.testkit.RawHttp.Reply;
import io.holdpoint.testkit.SignedClient;
import io.holdpoint.testkit.SignedPair;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Copies of the signed requests that are not interrupts or resumes: what starts a change, turns
 * one, or replaces something, which a late copy must not put back.
 */
@ExtendWith(DatabaseExtension.class)
class ChangeReplayIT {
  private static final int COPIES = 32;

  private static TestDatabase database;
  private static SignedPair nodes;

  @BeforeAll
  static void start(TestDatabase fresh) {
    database = fresh;
    nodes =
        new SignedPair(
            fresh,
            Map.of(
                "HOLDPOINT_COMMANDS_DEADLINE",
                "10s",
                "HOLDPOINT_WEBHOOK_MAX_PER_ACCOUNT",
                "1000",
                "HOLDPOINT_WEBHOOK_ALLOWED_HOSTS",
                "hooks.example"));
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  /**
   * A command that is captured.
   *
   * @param request it takes effect when it is sent first
   * @param later what somebody does afterwards, and what a copy must not undo
   */
  private record Scene(CapturedRequest request, Runnable later) {}

  private static Scene restart(SignedClient client) {
    String instance = client.createInstance(2);
    return new Scene(
        client.sign("POST", SignedClient.action(instance, "restart"), new JsonObject()),
        () -> {
          client.post(SignedClient.action(instance, "interrupt"));
          client.post("/v1/instances/" + instance + "/task/abandon");
        });
  }

  private static Scene change(SignedClient client) {
    String instance = client.createInstance(2);
    JsonObject body = new JsonObject().put("kind", "restart").put("maxUnavailable", 2);
    return new Scene(
        client.sign("POST", "/v1/instances/" + instance + "/changes", body),
        () -> {
          client.post(SignedClient.action(instance, "interrupt"));
          client.post("/v1/instances/" + instance + "/task/abandon");
        });
  }

  private static Scene create(SignedClient client) {
    return new Scene(client.sign("POST", "/openapi/logstashes", Operator.createBody(1)), () -> {});
  }

  private static Scene revert(SignedClient client) {
    return turn(client, "revert");
  }

  private static Scene abandon(SignedClient client) {
    return turn(client, "abandon");
  }

  private static Scene turn(SignedClient client, String turn) {
    String instance = client.changingInstance();
    client.post(SignedClient.action(instance, "interrupt"));
    return new Scene(
        client.sign("POST", "/v1/instances/" + instance + "/task/" + turn, null),
        () -> {
          client.post(SignedClient.action(instance, "restart"));
          client.post(SignedClient.action(instance, "interrupt"));
        });
  }

  private static Scene putNodes(SignedClient client) {
    String path = "/v1/instances/" + client.createInstance(1) + "/nodes";
    return new Scene(
        client.sign("PUT", path, nodesAt("10.1.1.1")),
        () -> client.send("PUT", path, nodesAt("10.2.2.2")));
  }

  private static Scene putCredential(SignedClient client) {
    String path = credentialPath();
    return new Scene(
        client.sign("PUT", path, password("first")),
        () -> client.send("PUT", path, password("second")));
  }

  private static Scene deleteCredential(SignedClient client) {
    String path = credentialPath();
    client.send("PUT", path, password("first"));
    return new Scene(
        client.sign("DELETE", path, null), () -> client.send("PUT", path, password("second")));
  }

  private static Scene putWebhook(SignedClient client) {
    String path = "/v1/webhooks/w-" + UUID.randomUUID();
    client.send("PUT", path, url("begin"));
    return new Scene(
        client.sign("PUT", path, url("first")), () -> client.send("PUT", path, url("second")));
  }

  private static Scene deleteWebhook(SignedClient client) {
    String path = "/v1/webhooks/w-" + UUID.randomUUID();
    client.send("PUT", path, url("first"));
    return new Scene(
        client.sign("DELETE", path, null), () -> client.send("PUT", path, url("second")));
  }

  /** Of an instance that there is not, so that nothing is ever sent. */
  private static JsonObject url(String path) {
    return new JsonObject().put("url", "https://hooks.example/" + path).put("instanceId", "none");
  }

  private static Scene redeliver(SignedClient client) {
    String path = withDeadLetter(client);
    return new Scene(
        client.sign("POST", path + "/redeliver", null),
        () -> database.execute("UPDATE webhook_dead_letters SET redeliver = false"));
  }

  private static Scene drop(SignedClient client) {
    String path = withDeadLetter(client);
    return new Scene(
        client.sign("DELETE", path, null),
        () ->
            database.execute(
                "INSERT INTO webhook_dead_letters (account_id, name, position, attempts, error)"
                    + " SELECT account_id, name, 7, 1, 'a test' FROM webhooks WHERE url LIKE '%letter'"
                    + " ON CONFLICT DO NOTHING"));
  }

  private static String withDeadLetter(SignedClient client) {
    String name = "w-" + UUID.randomUUID();
    client.send("PUT", "/v1/webhooks/" + name, url("letter"));
    database.execute(
        "INSERT INTO webhook_dead_letters (account_id, name, position, attempts, error)"
            + " VALUES ('default', '"
            + name
            + "', 7, 1, 'a test')");
    // So that nothing is sent while a test looks.
    database.execute(
        "UPDATE webhooks SET paused = 'gone', leased_by = NULL, epoch = epoch + 1 WHERE name = '"
            + name
            + "'");
    return "/v1/webhooks/" + name + "/dead-letters";
  }

  static Stream<Arguments> scenes() {
    Stream<Named<Function<SignedClient, Scene>>> scenes =
        Stream.of(
            Named.of("RestartLogstash", ChangeReplayIT::restart),
            Named.of("StartInstanceChange", ChangeReplayIT::change),
            Named.of("CreateLogstash", ChangeReplayIT::create),
            Named.of("RevertInstanceTask", ChangeReplayIT::revert),
            Named.of("AbandonInstanceTask", ChangeReplayIT::abandon),
            Named.of("PutInstanceNodes", ChangeReplayIT::putNodes),
            Named.of("PutCredential", ChangeReplayIT::putCredential),
            Named.of("DeleteCredential", ChangeReplayIT::deleteCredential),
            Named.of("PutWebhook", ChangeReplayIT::putWebhook),
            Named.of("DeleteWebhook", ChangeReplayIT::deleteWebhook),
            Named.of("RedeliverDeadLetters", ChangeReplayIT::redeliver),
            Named.of("DropDeadLetters", ChangeReplayIT::drop));
    return scenes.flatMap(
        scene -> Stream.of(SignatureScheme.values()).map(scheme -> Arguments.of(scene, scheme)));
  }

  @ParameterizedTest
  @MethodSource("scenes")
  void copyGetsTheFirstAnswerAndUndoesNothing(
      Function<SignedClient, Scene> command, SignatureScheme scheme) {
    Scene scene = command.apply(nodes.client(scheme));
    Reply first = scene.request().sendTo(nodes.one());
    assertThat(first.status()).as(first.body()).isEqualTo(200);
    assertThat(first.header("Idempotency-Replayed")).isNull();
    scene.later().run();
    Effects before = Effects.of(database);

    nodes.both().forEach(node -> Replays.assertCopy(scene.request().sendTo(node), first));

    assertThat(Effects.of(database)).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("scenes")
  void nonceThatIsUsedUpHasNoOtherEffect(
      Function<SignedClient, Scene> command, SignatureScheme scheme) {
    SignedClient afresh = nodes.client(scheme);
    String nonce = UUID.randomUUID().toString();
    String used = SignedClient.action(afresh.changingInstance(), "interrupt");
    assertThat(afresh.withNonce(nonce).post(used).status()).isEqualTo(200);
    CapturedRequest request = resigned(command.apply(afresh).request(), afresh.withNonce(nonce));
    Effects before = Effects.of(database);

    nodes.both().forEach(node -> Replays.assertNonceUsed(request.sendTo(node)));

    assertThat(Effects.of(database)).isEqualTo(before);
  }

  private static CapturedRequest resigned(CapturedRequest request, SignedClient client) {
    String text = new String(request.body(), StandardCharsets.UTF_8);
    return client.sign(
        request.method(), request.target(), text.isEmpty() ? null : new JsonObject(text));
  }

  @ParameterizedTest
  @EnumSource
  void copiesAtTheSameTimeHaveOneEffect(SignatureScheme scheme) {
    SignedClient client = nodes.client(scheme);
    String instance = client.createInstance(2);
    long instances = database.count("SELECT count(*) FROM instances");

    Replays.assertOneAnswer(
        nodes.together(
            COPIES, List.of(client.sign("POST", SignedClient.action(instance, "restart"), null))));
    Replays.assertOneAnswer(nodes.together(COPIES, List.of(create(client).request())));
    Replays.assertOneAnswer(nodes.together(COPIES, List.of(putCredential(client).request())));

    assertThat(Replays.events(database, instance)).containsExactly("created");
    assertThat(database.count("SELECT count(*) FROM instances")).isEqualTo(instances + 1);
  }

  @Test
  void refusedOneStaysRefusedWhenItsReasonIsGone() {
    SignedClient client = nodes.client(SignatureScheme.ROA_SHA1);
    String unknown = "ls-cn-" + UUID.randomUUID().toString().substring(0, 8);
    String busy = client.changingInstance();
    List<CapturedRequest> requests =
        List.of(
            client.sign("POST", SignedClient.action(unknown, "restart"), null),
            client.sign("PUT", "/v1/instances/" + unknown + "/nodes", nodesAt("10.1.1.1")),
            client.sign("POST", "/v1/instances/" + busy + "/task/revert", null),
            client.sign("PUT", "/v1/instances/" + busy + "/nodes", nodesAt("10.1.1.1")));
    List<String> codes = requests.stream().map(request -> code(request, nodes.one())).toList();
    assertThat(codes)
        .containsExactly(
            "InstanceNotFound",
            "InstanceNotFound",
            "InstanceStatusNotSupportCurrentAction",
            "InstanceStatusNotSupportCurrentAction");
    Replays.bringInstance(database, unknown);
    client.post(SignedClient.action(busy, "interrupt"));
    Effects before = Effects.of(database);

    for (int node : nodes.both()) {
      assertThat(requests.stream().map(request -> code(request, node))).isEqualTo(codes);
    }

    assertThat(Effects.of(database)).isEqualTo(before);
  }

  /** Whoever captured the request may have the copy's answer, but not the first one's secret. */
  @ParameterizedTest
  @EnumSource
  void copyOfWhatMadeASecretDoesNotShowIt(SignatureScheme scheme) {
    CapturedRequest put =
        nodes.client(scheme).sign("PUT", "/v1/webhooks/w-" + UUID.randomUUID(), url("secret"));
    assertThat(put.sendTo(nodes.one()).body()).contains("\"secret\":\"whsec_");

    for (int node : nodes.both()) {
      Reply copy = put.sendTo(node);
      assertThat(copy.status()).isEqualTo(200);
      assertThat(copy.body()).contains("\"secretIssued\":true").doesNotContain("whsec_");
    }
  }

  /** Old SDKs sign no body: whoever saw the request pass can put another one behind its head. */
  @Test
  void copyWithAnotherBodyBehindAnUnsignedOneIsRefused() {
    SignedClient client = nodes.client(SignatureScheme.ROA_SHA1);
    String instance = client.createInstance(2);
    String type = "application/json";
    CapturedRequest restart =
        client
            .sign("POST", SignedClient.action(instance, "restart"), null, "Content-Type", type)
            .body("{}");
    CapturedRequest credential =
        client
            .sign("PUT", credentialPath(), null, "Content-Type", type)
            .body("{\"apiUser\":\"a\"}");
    assertThat(restart.sendTo(nodes.one()).status()).isEqualTo(200);
    assertThat(credential.sendTo(nodes.one()).status()).isEqualTo(200);
    Effects before = Effects.of(database);

    for (int node : nodes.both()) {
      String forged = "{\"restartType\":\"nodeIp\",\"nodes\":[\"10.0.0.1\"]}";
      Replays.assertNonceUsed(restart.body(forged).sendTo(node));
      Replays.assertNonceUsed(credential.body("{\"apiUser\":\"b\"}").sendTo(node));
    }

    assertThat(Effects.of(database)).isEqualTo(before);
  }

  /** OkHttp has lost the body when it sends a restart again by itself. */
  @Test
  void copyOfARestartThatLostItsEmptyBodyIsACopy() {
    SignedClient client = nodes.client(SignatureScheme.ROA_SHA1);
    String path = SignedClient.action(client.createInstance(2), "restart");
    CapturedRequest restart =
        client.sign("POST", path, null, "Content-Type", "application/json; charset=utf-8");
    Reply first = restart.body("{}").sendTo(nodes.one());

    Replays.assertCopy(restart.sendTo(nodes.other()), first);
  }

  /** A refusal of the parameters is definite too, so nobody can mend the request afterwards. */
  @Test
  void refusedParametersUseUpTheNonce() {
    SignedClient client = nodes.client(SignatureScheme.ROA_SHA1);
    String instance = client.changingInstance();
    CapturedRequest interrupt =
        client
            .sign("POST", SignedClient.action(instance, "interrupt"), null)
            .with(CommandInput.MODE, "soon");
    assertThat(code(interrupt, nodes.one())).isEqualTo("InvalidParameter");
    Effects before = Effects.of(database);

    for (int node : nodes.both()) {
      assertThat(code(interrupt, node)).isEqualTo("InvalidParameter");
      Replays.assertNonceUsed(interrupt.without(CommandInput.MODE).sendTo(node));
    }

    assertThat(Effects.of(database)).isEqualTo(before);
  }

  private static String code(CapturedRequest request, int node) {
    return request.sendTo(node).code();
  }

  private static String credentialPath() {
    return "/v1/credentials/c-" + UUID.randomUUID();
  }

  private static JsonObject password(String value) {
    return new JsonObject().put("apiUser", "logstash").put("apiPassword", value);
  }

  private static JsonObject nodesAt(String address) {
    JsonObject node = new JsonObject().put("address", address).put("driver", "simulated");
    return new JsonObject().put("nodes", new JsonArray().add(node));
  }
}
