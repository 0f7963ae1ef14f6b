package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.store.StartException;
import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials over HTTP: values go in and nowhere come out, not in replies, not in rows. */
@RunningService("HOLDPOINT_SECRET_KEY=" + CredentialIT.KEY)
class CredentialIT {
  static final String KEY = "key-1 q83vAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxw=";
  private static final String OTHER_KEY = "key-2 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxyrze8=";
  private static final String ALL = "/v1/credentials";
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String SECRET = "hush-hush";

  private static ServiceFixture service;
  private static TestDatabase database;

  @BeforeAll
  static void listen(ServiceFixture running, TestDatabase shared) {
    service = running;
    database = shared;
  }

  @BeforeEach
  void begin() {
    database.execute("UPDATE nodes SET credential = NULL; TRUNCATE credentials");
  }

  @Test
  void whatWasPutIsListedWithoutItsValues() {
    JsonObject everything =
        new JsonObject()
            .put("apiUser", SECRET + "-1")
            .put("apiPassword", SECRET + "-2")
            .put("sshUser", SECRET + "-3")
            .put("sshPassword", SECRET + "-4")
            .put("sshPrivateKey", "-----BEGIN\n" + SECRET + "\n" + "x".repeat(16_000))
            .put("sshPrivateKeyPassphrase", SECRET + " \u00e9\ud83d\ude00");

    Reply reply = put("everything", everything);

    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.result()).isEqualTo(true);
    assertThat(reply.body()).doesNotContain(SECRET);
    Reply list = service.api().get(ALL);
    assertThat(list.body()).doesNotContain(SECRET);
    JsonObject entry = entries(list).get(0);
    assertThat(entry.getString("name")).isEqualTo("everything");
    assertThat(entry.getJsonArray("members"))
        .containsExactlyInAnyOrderElementsOf(everything.fieldNames());
    assertThat(entry.getInstant("createdAt")).isEqualTo(entry.getInstant("updatedAt"));
    assertThat(database.text("SELECT c::text || encode(c.sealed, 'escape') FROM credentials c"))
        .contains("everything", "key-1")
        .doesNotContain(SECRET);
  }

  @Test
  void aSecondPutReplacesTheWhole() {
    put("c", new JsonObject().put("apiUser", "u").put("apiPassword", SECRET));
    JsonObject first = entries(service.api().get(ALL)).get(0);
    database.execute("UPDATE credentials SET updated_at = updated_at - interval '1 h'");

    assertThat(put("c", new JsonObject().put("sshPassword", SECRET)).status()).isEqualTo(200);

    JsonObject second = entries(service.api().get(ALL)).get(0);
    assertThat(second.getJsonArray("members")).containsExactly("sshPassword");
    assertThat(second.getInstant("createdAt")).isEqualTo(first.getInstant("createdAt"));
    assertThat(second.getInstant("updatedAt")).isAfterOrEqualTo(first.getInstant("updatedAt"));
  }

  @Test
  void theListGoesOnBehindAName() {
    for (String name : new String[] {"b", "C", "a", "-"}) {
      put(name, new JsonObject().put("apiPassword", SECRET));
    }

    assertThat(names("?limit=3")).containsExactly("-", "C", "a");
    assertThat(names("?after=a")).containsExactly("b");
  }

  @Test
  void deletesWhatNoNodeNames() {
    put("c", new JsonObject().put("apiPassword", SECRET));

    assertThat(delete("c").result()).isEqualTo(true);
    assertThat(delete("c").code()).isEqualTo("CredentialNotFound");
    assertThat(names("")).isEmpty();
  }

  @Test
  void keepsWhatANodeNames() {
    put("c", new JsonObject().put("apiPassword", SECRET));
    String id = service.createInstance(1);
    assertThat(putNodes(id, "c").status()).isEqualTo(200);

    Reply refused = delete("c");

    assertThat(refused.code()).isEqualTo("CredentialInUse");
    assertThat(refused.body()).contains(id);
    assertThat(names("")).containsExactly("c");
    putNodes(id, "");
    assertThat(delete("c").result()).isEqualTo(true);
  }

  @Test
  void nodesThatNameAnUnknownCredentialAreRefused() {
    put("c", new JsonObject().put("apiPassword", SECRET));
    String id = service.createInstance(3);

    for (String unknown : new String[] {"vault-1", "\\'\"%s;--", "x".repeat(200)}) {
      Reply refused = putNodes(id, "c", unknown);

      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.code()).isEqualTo("InvalidParameter");
      assertThat(refused.json().getString("Message")).contains("\"" + unknown + "\"");
    }
    Reply nodes = service.api().get("/v1/instances/" + id + "/nodes");
    assertThat(nodes.json().getJsonObject("Result").getJsonArray("nodes")).hasSize(3);
    assertThat(putNodes("ls-cn-unknown", "vault-1").code()).isEqualTo("InstanceNotFound");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{'password':'hush-hush'}",
        "{'apiUser':'hush-hush','other':'x'}",
        "{'apiPassword':''}",
        "{'apiPassword':7}",
        "{'apiPassword':null}",
        "{'apiPassword':{'hush-hush':1}}",
        "{'apiPassword':'hush-hush\\n'}",
        "{'apiPassword':'hush-hush\\u0000'}",
        "{'sshPrivateKey':'hush-hush\\ud800'}",
        "{'apiPassword':'hush-hush",
        "{'apiPassword':hush-hush}",
        "{'apiUser':'hush-hush','apiPassword':'LONG'}",
        "{'sshPrivateKey':'hush-hush','sshPassword':'LONG'}"
      })
  void aBodyOfAnotherFormIsRefusedAndNotRepeated(String body) {
    String json = body.replace('\'', '"').replace("LONG", "x".repeat(1_025));

    Reply refused = service.api().sendText("PUT", ALL + "/c", json);

    assertThat(refused.status()).as(refused.body()).isEqualTo(400);
    assertThat(refused.code()).isEqualTo("InvalidParameter");
    assertThat(refused.json().getString("Message")).doesNotContain(SECRET);
    assertThat(names("")).isEmpty();
  }

  @Test
  void aNameOfAnotherFormIsRefused() {
    JsonObject body = new JsonObject().put("apiPassword", SECRET);

    for (String name : new String[] {"a%20b", "%C3%A9", "a~", "x".repeat(65)}) {
      assertThat(put(name, body).code()).isEqualTo("InvalidParameter");
      assertThat(delete(name).code()).isEqualTo("InvalidParameter");
    }
    assertThat(put("x".repeat(64), body).status()).isEqualTo(200);
  }

  @Test
  void withoutAKeyNothingIsStoredAndTheRestWorks() {
    put("c", new JsonObject().put("apiPassword", SECRET));
    try (ServiceFixture bare = ServiceFixture.start(database.runtimeUri(), Map.of())) {
      Reply refused =
          bare.api().send("PUT", ALL + "/d", new JsonObject().put("apiPassword", SECRET));

      assertThat(refused.code()).isEqualTo("SealingKeyMissing");
      assertThat(refused.body()).contains("set HOLDPOINT_SECRET_KEY_FILE");
      assertThat(bare.api().get(ALL).body()).contains("\"c\"").doesNotContain("\"d\"");
      assertThat(bare.api().send("DELETE", ALL + "/c", null).result()).isEqualTo(true);
    }
  }

  @Test
  void aStartWithOldAndNewKeySealsAnew() {
    put("c", new JsonObject().put("apiPassword", SECRET));
    Map<String, String> both = Map.of("HOLDPOINT_SECRET_KEY", OTHER_KEY + "\n" + KEY);
    try (ServiceFixture restarted = ServiceFixture.start(database.runtimeUri(), both)) {
      Await.until(
          SOON,
          "the new key seals",
          () -> database.text("SELECT key_id FROM credentials").equals("key-2"));
      assertThat(restarted.api().get(ALL).status()).isEqualTo(200);
    }
  }

  @Test
  void aStartWithADamagedKeyIsRefused() {
    Map<String, String> damaged = Map.of("HOLDPOINT_SECRET_KEY", "key-1 " + SECRET);

    assertThatThrownBy(() -> ServiceFixture.start(database.runtimeUri(), damaged))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("secret.key (HOLDPOINT_SECRET_KEY), line 1: allowed: an id")
        .hasMessageNotContaining(SECRET);
  }

  private static Reply put(String name, JsonObject body) {
    return service.api().send("PUT", ALL + "/" + name, body);
  }

  private static Reply delete(String name) {
    return service.api().send("DELETE", ALL + "/" + name, null);
  }

  /** One node for each; the empty name stands for none. */
  private static Reply putNodes(String id, String... credentials) {
    JsonArray nodes = new JsonArray();
    for (String credential : credentials) {
      JsonObject node = new JsonObject().put("address", "10.0.0.1").put("driver", "simulated");
      nodes.add(credential.isEmpty() ? node : node.put("credential", credential));
    }
    return service
        .api()
        .send("PUT", "/v1/instances/" + id + "/nodes", new JsonObject().put("nodes", nodes));
  }

  private static List<String> names(String query) {
    return entries(service.api().get(ALL + query)).stream().map(e -> e.getString("name")).toList();
  }

  private static List<JsonObject> entries(Reply list) {
    assertThat(list.status()).as(list.body()).isEqualTo(200);
    JsonArray entries = list.json().getJsonObject("Result").getJsonArray("credentials");
    List<JsonObject> found = new ArrayList<>();
    entries.forEach(entry -> found.add((JsonObject) entry));
    return found;
  }
}
