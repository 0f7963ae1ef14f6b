package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.auth.AccessKey;
import io.holdpoint.auth.Role;
import io.holdpoint.auth.SignatureScheme;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.RawHttp.Reply;
import io.holdpoint.testkit.SignedClient;
import io.holdpoint.testkit.SignedPair;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whatever was decided about a call is found again: by time, by who called, by instance. */
@ExtendWith(DatabaseExtension.class)
class AuditedCallsIT {
  private static final SignatureScheme SCHEME = SignatureScheme.ACS3_HMAC_SHA256;
  private static final Duration SOON = Duration.ofSeconds(15);

  private static TestDatabase database;
  private static SignedPair nodes;
  private static SignedClient auditor;

  @BeforeAll
  static void start(TestDatabase fresh) {
    database = fresh;
    nodes = new SignedPair(fresh, Map.of());
    auditor = nodes.client(SCHEME).at(nodes.other());
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  private static AccessKey key(String user, Role role) {
    return nodes.issuer().add("default", user, role);
  }

  /** As exactly as a query may say it. */
  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }

  /** The one record about a reply, once it is there; asked for by instance at the other node. */
  private static JsonObject recordOf(Reply reply, String query) {
    String requestId = reply.json().getString("RequestId");
    AtomicReference<JsonObject> found = new AtomicReference<>();
    Await.until(
        SOON,
        "a record of " + requestId,
        () -> {
          for (Object entry : records(query)) {
            JsonObject record = (JsonObject) entry;
            if (record.getString("requestId").equals(requestId)) {
              found.set(record);
            }
          }
          return found.get() != null;
        });
    return found.get();
  }

  private static JsonArray records(String query) {
    Reply reply = auditor.get("/v1/audit?limit=500&" + query);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.json().getJsonObject("Result").getJsonArray("records");
  }

  private static JsonObject record(
      SignedClient client, String user, String action, String instance, String decision) {
    return new JsonObject()
        .put("principal", user + "/" + client.keyId())
        .put("keyId", client.keyId())
        .put("source", "127.0.0.1")
        .put("action", "elasticsearch:" + action)
        .put("resource", "acs:elasticsearch:cn-hangzhou:default:logstashes/" + instance)
        .put("instanceId", instance)
        .put("decision", decision);
  }

  private static void assertRecord(JsonObject record, Instant from, JsonObject expected) {
    JsonObject rest = record.copy();
    Instant at = Instant.parse((String) rest.remove("at"));
    rest.remove("requestId");
    assertThat(rest).isEqualTo(expected);
    assertThat(at).isBetween(from.minusMillis(1), Instant.now());
  }

  @Test
  void allowedAndDeniedAreFoundByTheirInstance() {
    Instant from = Instant.now();
    SignedClient brake = nodes.client(SCHEME, key("bob", Role.BRAKE_ONLY));
    String instance = nodes.client(SCHEME).changingInstance();

    Reply interrupted = brake.post(SignedClient.action(instance, "interrupt"));
    Reply resumed = brake.post(SignedClient.action(instance, "resume"));
    Reply looked = brake.get("/openapi/logstashes/" + instance);

    String byInstance = "instanceId=" + instance;
    assertRecord(
        recordOf(interrupted, byInstance),
        from,
        record(brake, "bob", "InterruptLogstashTask", instance, "allowed"));
    assertRecord(
        recordOf(resumed, byInstance + "&decision=denied"),
        from,
        record(brake, "bob", "ResumeLogstashTask", instance, "denied")
            .put("code", "Forbidden.RAM"));
    assertRecord(
        recordOf(looked, byInstance),
        from,
        record(brake, "bob", "DescribeLogstash", instance, "allowed"));
  }

  @Test
  void everyOperationIsFoundByWhoCalledIt() throws TimeoutException {
    SignedClient caller = nodes.client(SCHEME, key("dora", Role.ADMINISTRATOR));
    String byPrincipal = "principal=" + encoded("dora/" + caller.keyId());
    String instance = nodes.client(SCHEME).createInstance(1);
    Map<OperationSample, Reply> replies = new LinkedHashMap<>();
    for (OperationSample sample : OperationSample.all()) {
      replies.put(sample, sample.signed(caller, instance, "none").sendTo(nodes.one()));
    }

    replies.forEach(
        (sample, reply) -> {
          JsonObject record = recordOf(reply, byPrincipal);
          assertThat(record.getString("action")).endsWith(":" + sample.operation().id());
          assertThat(record.getString("decision")).as(record.encode()).isEqualTo("allowed");
        });
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** What somebody tries in the name of a key is seen by the account whose key it is. */
  @Test
  void refusedSignaturesAreFoundWithTheAccountOfTheirKey() {
    SignedClient owner = nodes.client(SCHEME, key("otto", Role.READ_ONLY));
    String instance = nodes.client(SCHEME).createInstance(1);
    String path = SignedClient.action(instance, "interrupt");
    SignedClient forger = owner.withKey(owner.keyId(), "a guess");

    for (Reply reply : List.of(forger.post(path), owner.withNonce("").post(path))) {
      JsonObject record = recordOf(reply, "instanceId=" + instance);

      assertThat(record.getString("decision")).isEqualTo("denied");
      assertThat(record.getString("keyId")).isEqualTo(owner.keyId());
      assertThat(record.getString("principal")).isEqualTo("unknown");
      assertThat(record.getString("code")).isEqualTo(reply.code());
    }
  }

  /** They belong to no account, so no account reads them; the database has them. */
  @Test
  void unknownKeysAreKeptWhereNoAccountLooks() {
    String keyId = "HP" + UUID.randomUUID().toString().substring(0, 8);
    SignedClient stranger = auditor.withKey(keyId, "a guess");
    String instance = nodes.client(SCHEME).createInstance(1);
    assertThat(stranger.post(SignedClient.action(instance, "interrupt")).status()).isEqualTo(404);

    Await.until(
        SOON,
        "a record without an account",
        () ->
            database.count(
                    "SELECT count(*) FROM audit_records WHERE account_id = '-' AND key_id = '"
                        + keyId
                        + "' AND code = 'InvalidAccessKeyId.NotFound'")
                == 1);
    assertThat(records("instanceId=" + instance).encode()).doesNotContain(keyId);
  }

  @Test
  void timesBoundWhatIsShown() {
    SignedClient caller = nodes.client(SCHEME, key("tina", Role.READ_ONLY));
    Reply early = caller.get("/openapi/logstashes");
    String byPrincipal = "principal=" + encoded("tina/" + caller.keyId());
    Instant at = Instant.parse(recordOf(early, byPrincipal).getString("at"));
    Instant between = now();
    Reply late = caller.get("/openapi/logstashes");
    recordOf(late, byPrincipal);

    assertThat(requestIds(byPrincipal + "&until=" + between)).containsExactly(requestId(early));
    assertThat(requestIds(byPrincipal + "&from=" + between)).containsExactly(requestId(late));
    assertThat(requestIds(byPrincipal + "&from=" + at))
        .containsExactly(requestId(late), requestId(early));
  }

  private static List<String> requestIds(String query) {
    return records(query).stream()
        .map(record -> ((JsonObject) record).getString("requestId"))
        .toList();
  }

  private static String requestId(Reply reply) {
    return reply.json().getString("RequestId");
  }

  @Test
  void eventsNameTheUserAndTheKey() {
    SignedClient caller = nodes.client(SCHEME, key("eva", Role.OPERATOR));
    String instance = caller.changingInstance();
    caller.post(SignedClient.action(instance, "interrupt"));
    caller.post(SignedClient.action(instance, "resume"));
    caller.post(SignedClient.action(instance, "interrupt"));
    caller.post("/v1/instances/" + instance + "/task/revert");

    JsonArray events =
        caller.get("/v1/instances/" + instance + "/events").json().getJsonArray("Result");

    assertThat(events)
        .hasSize(5)
        .allMatch(
            event -> ((JsonObject) event).getString("principal").equals("eva/" + caller.keyId()));
  }
}
