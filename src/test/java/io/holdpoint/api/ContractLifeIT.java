package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.AuditDecision;
import io.holdpoint.task.AuditRecord;
import io.holdpoint.task.EventKind;
import io.holdpoint.testkit.ApiClient;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A life of instances and tasks, each reply held against the contract. */
@RunningService({
  "HOLDPOINT_WORKER_MAX_STEP_FAILURES=2",
  "HOLDPOINT_SECRET_KEY=k q83vAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxw=",
  "HOLDPOINT_WEBHOOK_ALLOWED_HOSTS=http://127.0.0.1",
  "HOLDPOINT_WEBHOOK_MAX_PER_ACCOUNT=1",
  "HOLDPOINT_WEBHOOK_POLL_INTERVAL=20ms",
  "HOLDPOINT_WEBHOOK_ATTEMPTS=1"
})
class ContractLifeIT {
  private static final String ALL = "/openapi/logstashes";

  private static ServiceFixture service;
  private static Vertx vertx;
  private static ContractWitness witness;

  @BeforeAll
  static void load(ServiceFixture running) throws Exception {
    service = running;
    vertx = Vertx.vertx();
    witness = new ContractWitness(vertx, Contract.load(vertx).await(20, TimeUnit.SECONDS));
  }

  @AfterAll
  static void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void aChangeThatIsHeldAndReleased() throws Exception {
    String id = create(ServiceFixture.createBody(2));
    look(id);
    putNodes(id, new JsonObject().put("blockedStop", true));
    look(id);
    check("RestartLogstash", 200, "POST", actions(id, "restart?clientToken=r"), null);
    check("RestartLogstash", 200, "POST", actions(id, "restart?clientToken=r"), null);
    service.await(event -> event.kind() == EventKind.STEP_BEGUN && "node-1".equals(event.nodeId()));
    look(id);

    check("InterruptLogstashTask", 200, "POST", actions(id, "interrupt?clientToken=i"), null);
    look(id);
    tighten(id);
    service.await(id, EventKind.QUIESCED);
    JsonObject task = look(id);
    assertThat(task.getJsonArray("steps").encode()).contains("unsettled");
    check("ResumeLogstashTask", 200, "POST", actions(id, "resume?clientToken=x"), null);
    check("ResumeLogstashTask", 200, "POST", actions(id, "resume"), null);
    look(id);
    assertThat(kinds(id)).contains("interrupted", "interrupt-tightened", "quiesced", "resumed");
  }

  @Test
  void aWebhookThatNobodyAnswers() throws Exception {
    String path = "/v1/webhooks/pager";
    JsonArray kinds = new JsonArray().add("created");
    // Port 1 is nobody's.
    JsonObject body =
        new JsonObject().put("url", "http://127.0.0.1:1/").put("after", 0).put("kinds", kinds);
    check("PutWebhook", 200, "PUT", path, body.copy().put("instanceId", "ls-cn-none"));
    check("PutWebhook", 200, "PUT", path + "?clientToken=w", body);
    check("PutWebhook", 200, "PUT", path + "?clientToken=w", body);
    check("PutWebhook", 400, "PUT", path + "?clientToken=w", body.copy().put("after", 1));
    check("PutWebhook", 400, "PUT", "/v1/webhooks/other", body);
    check("PutWebhook", 400, "PUT", path, new JsonObject().put("url", "https://hooks.example/"));
    check("PutWebhook", 400, "PUT", path, new JsonObject());
    create(ServiceFixture.createBody(1));
    String id = create(ServiceFixture.createBody(1));
    check("RestartLogstash", 200, "POST", actions(id, "restart"), null);
    Await.until(
        Duration.ofSeconds(20),
        "a dead letter",
        () -> service.api().get(path).json().getJsonObject("Result").getInteger("deadLetters") > 0);
    check("GetWebhook", 200, "GET", path, null);
    check("ListWebhooks", 200, "GET", "/v1/webhooks", null);
    String letters = path + "/dead-letters";
    check("ListDeadLetters", 200, "GET", letters + "?after=0&limit=1", null);
    check("ListDeadLetters", 400, "GET", letters + "?limit=0", null);
    check("RedeliverDeadLetters", 200, "POST", letters + "/redeliver", null);
    check("RedeliverDeadLetters", 400, "POST", letters + "/redeliver?position=99999999", null);
    check("DropDeadLetters", 200, "DELETE", letters, null);
    check("DropDeadLetters", 400, "DELETE", letters + "?position=0", null);
    check("DeleteWebhook", 200, "DELETE", path, null);
    check("DeleteWebhook", 400, "DELETE", path, null);
    check("GetWebhook", 400, "GET", path, null);
    check("ListDeadLetters", 400, "GET", letters, null);
  }

  @Test
  void credentialsThatComeAndGo() throws Exception {
    String free = "/v1/credentials/free";
    check("PutCredential", 200, "PUT", free, new JsonObject().put("sshPrivateKey", "a\nb\n"));
    check("ListCredentials", 200, "GET", "/v1/credentials?limit=1&after=.", null);
    check("ListCredentials", 400, "GET", "/v1/credentials?limit=0", null);
    check("PutCredential", 400, "PUT", free, new JsonObject());
    check("PutCredential", 400, "PUT", free + "?x=1", new JsonObject().put("apiUser", "u"));
    check("DeleteCredential", 200, "DELETE", free, null);
    check("DeleteCredential", 400, "DELETE", free, null);
    String id = create(ServiceFixture.createBody(1));
    putNodes(id, new JsonObject());
    check("DeleteCredential", 400, "DELETE", "/v1/credentials/vault-1", null);
  }

  @Test
  void theAuditTrail() throws Exception {
    service
        .service()
        .audit()
        .accept(
            new AuditRecord(
                UUID.randomUUID(),
                "default",
                Instant.EPOCH,
                UUID.randomUUID(),
                "HPKEY",
                "deploy",
                "elasticsearch:InterruptLogstashTask",
                true,
                "acs:elasticsearch:cn-hangzhou:default:logstashes/ls-1",
                "ls-1",
                "10.0.0.1",
                AuditDecision.DENIED,
                "Forbidden.RAM"));
    String one = "/v1/audit?principal=deploy&limit=1";
    Await.until(
        Duration.ofSeconds(15), "a record", () -> service.api().get(one).body().contains("HPKEY"));
    check("ListAudit", 200, "GET", one, null);
    check("ListAudit", 400, "GET", "/v1/audit?limit=0", null);
  }

  @Test
  void theNodesOfTheService() throws Exception {
    check("ListNodes", 200, "GET", "/v1/nodes", null);
    String drain = "/v1/nodes/" + new UUID(0, 1) + "/drain";
    check("DrainNode", 400, "POST", drain, null);
    check("UndrainNode", 400, "DELETE", drain, null);
    String own =
        service
            .api()
            .get("/v1/nodes")
            .json()
            .getJsonObject("Result")
            .getJsonArray("nodes")
            .getJsonObject(0)
            .getString("nodeId");
    check("UndrainNode", 200, "DELETE", "/v1/nodes/" + own + "/drain", null);
    check("DrainNode", 400, "POST", "/v1/nodes/1/drain", null);
  }

  private static void tighten(String id) throws Exception {
    ApiClient.Reply reply =
        service
            .api()
            .post(
                actions(id, "interrupt"),
                "x-holdpoint-interrupt-mode",
                "now",
                "x-holdpoint-reason",
                "it does not stop");
    witness.check("InterruptLogstashTask", 200, reply);
  }

  @Test
  void aChangeThatFailsThenWaitsForAHuman() throws Exception {
    String id = create(ServiceFixture.createBody(1).put("paymentType", "postpaid"));
    putNodes(id, new JsonObject().put("failStarts", 3));
    check("RestartLogstash", 200, "POST", actions(id, "restart"), new JsonObject());
    service.await(id, EventKind.HELD);
    JsonObject held = look(id);
    assertThat(held.getString("hold")).isEqualTo("needs-human");
    assertThat(held.getJsonArray("steps").encode()).contains("error");

    check("ResumeLogstashTask", 200, "POST", actions(id, "resume"), null);
    service.await(id, EventKind.SUCCEEDED);
    JsonObject done = look(id);
    assertThat(done.getString("state")).isEqualTo("succeeded");
    assertThat(kinds(id)).contains("step-failed", "held", "step-done", "succeeded");
    String before = "/v1/instances/" + id + "/events?after=2&limit=2&taskId=";
    check("ListInstanceEvents", 200, "GET", before + done.getString("taskId"), null);
    check("InterruptLogstashTask", 200, "POST", actions(id, "interrupt"), null);
  }

  @Test
  void faultsOfEveryOperation() throws Exception {
    JsonObject full =
        ServiceFixture.createBody(1)
            .put("nodeAmount", 1.0)
            .put("description", "full")
            .put("resourceGroupId", "rg-1")
            .put("paymentType", "prepaid")
            .put("paymentInfo", new JsonObject().put("duration", 1).put("pricingCycle", "Year"));
    full.getJsonObject("nodeSpec").put("disk", 20.0).put("diskType", "cloud_ssd").put("x", "?");
    full.getJsonObject("networkConfig").put("whiteIpGroupList", new JsonArray());
    String id = create(full);
    look(id);
    check("CreateLogstash", 400, "POST", ALL, new JsonObject());
    check("CreateLogstash", 200, "POST", ALL + "?clientToken=c", full);
    check("CreateLogstash", 200, "POST", ALL + "?clientToken=c", full);
    check("RestartLogstash", 400, "POST", actions(id, "restart?clientToken=c"), null);
    check("RestartLogstash", 400, "POST", actions(id, "restart?force=true"), null);
    check("InterruptLogstashTask", 200, "POST", actions(id, "interrupt"), null);
    check("InterruptLogstashTask", 400, "POST", actions("x", "interrupt"), null);
    check("InterruptLogstashTask", 400, "POST", actions(id, "interrupt?clientToken=c"), null);
    check("ResumeLogstashTask", 400, "POST", actions(id, "resume?a=1&a=2"), null);
    check("ListLogstash", 400, "GET", ALL + "?size=0", null);
    check("ListLogstash", 405, "DELETE", ALL, null);
    check("ListLogstash", 404, "GET", "/openapi", null);
    check("DescribeLogstash", 400, "GET", ALL + "/x", null);
    check("GetInstanceTask", 400, "GET", "/v1/instances/x/task", null);
    check("GetInstanceNodes", 400, "GET", "/v1/instances/x/nodes", null);
    check("ListInstanceEvents", 400, "GET", "/v1/instances/" + id + "/events?limit=0", null);
    check("PutInstanceNodes", 400, "PUT", "/v1/instances/" + id + "/nodes", new JsonObject());
    JsonObject large = new JsonObject().put("x", "x".repeat(70_000));
    check("RestartLogstash", 413, "POST", actions(id, "restart"), large);
    String line = ALL + "?description=" + "x".repeat(4_100);
    check("ListLogstash", 414, "GET", line, null);
  }

  /** Reads all there is of an instance; returns its task, empty when it has none. */
  private static JsonObject look(String id) throws Exception {
    check("DescribeLogstash", 200, "GET", ALL + "/" + id, null);
    check("ListLogstash", 200, "GET", ALL + "?instanceId=" + id, null);
    check("GetInstanceNodes", 200, "GET", "/v1/instances/" + id + "/nodes", null);
    check("ListInstanceEvents", 200, "GET", "/v1/instances/" + id + "/events", null);
    JsonObject task =
        check("GetInstanceTask", 200, "GET", "/v1/instances/" + id + "/task", null)
            .json()
            .getJsonObject("Result");
    return task == null ? new JsonObject() : task;
  }

  private static String create(JsonObject body) throws Exception {
    return check("CreateLogstash", 200, "POST", ALL, body)
        .json()
        .getJsonObject("Result")
        .getString("instanceId");
  }

  private static void putNodes(String id, JsonObject settings) throws Exception {
    JsonObject secret = new JsonObject().put("apiUser", "u").put("apiPassword", "p");
    check("PutCredential", 200, "PUT", "/v1/credentials/vault-1", secret);
    JsonObject node =
        new JsonObject()
            .put("nodeId", "node-1")
            .put("address", "10.0.0.1")
            .put("driver", "simulated")
            .put("apiEndpoint", "http://10.0.0.1:9600")
            .put("credential", "vault-1")
            .put("settings", settings);
    JsonObject body = new JsonObject().put("nodes", new JsonArray().add(node));
    check("PutInstanceNodes", 200, "PUT", "/v1/instances/" + id + "/nodes", body);
  }

  private static Set<String> kinds(String id) {
    Set<String> kinds = new TreeSet<>();
    service.history(id).forEach(event -> kinds.add(((JsonObject) event).getString("kind")));
    return kinds;
  }

  private static String actions(String id, String action) {
    return ALL + "/" + id + "/actions/" + action;
  }

  private static ApiClient.Reply check(
      String operationId, int status, String method, String path, @Nullable JsonObject body)
      throws Exception {
    return witness.check(operationId, status, service.api().send(method, path, body));
  }

  @Test
  void servesTheContractByteForByte() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + service.service().port() + "/openapi.yaml");
    try (InputStream file = Contract.class.getResourceAsStream("/openapi.yaml")) {
      HttpResponse<byte[]> reply =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());

      assertThat(reply.statusCode()).isEqualTo(200);
      assertThat(reply.body()).isEqualTo(file.readAllBytes());
      assertThat(reply.headers().firstValue("content-type")).hasValue("text/plain;charset=utf-8");
      assertThat(reply.headers().firstValue("x-acs-request-id").orElse(""))
          .matches(Envelope.REQUEST_ID);
    }
  }
}
