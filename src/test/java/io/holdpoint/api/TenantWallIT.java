package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.auth.AccessKey;
import io.holdpoint.auth.Role;
import io.holdpoint.auth.SignatureScheme;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.Effects;
import io.holdpoint.testkit.RawHttp.Reply;
import io.holdpoint.testkit.SignedClient;
import io.holdpoint.testkit.SignedPair;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two accounts on one service. What belongs to the other one is answered as what does not exist,
 * byte for byte but for the request's own id, whoever asks for it and however.
 */
@ExtendWith(DatabaseExtension.class)
class TenantWallIT {
  private static final String ALPHA = "alpha";
  private static final String BETA = "beta";
  private static final String CREDENTIAL = "beta-nodes";
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final SignatureScheme SCHEME = SignatureScheme.ACS3_HMAC_SHA256;

  private static TestDatabase database;
  private static SignedPair nodes;
  private static SignedClient alpha;
  private static SignedClient beta;
  private static List<SignedClient> askers;
  private static List<OperationSample> samples;
  private static List<String> betasInstances;

  @BeforeAll
  static void start(TestDatabase fresh) throws TimeoutException {
    database = fresh;
    nodes = new SignedPair(fresh, Map.of());
    alpha = client(ALPHA, Role.ADMINISTRATOR);
    beta = client(BETA, Role.ADMINISTRATOR);
    askers =
        List.of(
            alpha,
            alpha.at(nodes.other()),
            client(ALPHA, Role.OPERATOR),
            client(ALPHA, Role.BRAKE_ONLY),
            client(ALPHA));
    samples = OperationSample.all();
    String active = beta.createInstance(2);
    String suspended = beta.changingInstance();
    beta.post(SignedClient.action(suspended, "interrupt"));
    betasInstances = List.of(active, beta.changingInstance(), suspended);
    JsonObject secret = new JsonObject().put("apiUser", "beta");
    assertThat(beta.send("PUT", "/v1/credentials/" + CREDENTIAL, secret).status()).isEqualTo(200);
    // As a service that may send somewhere would have made it.
    database.execute(
        "INSERT INTO webhooks (account_id, name, webhook_id, slot, url, sealed, key_id, position)"
            + " VALUES ('beta', '"
            + CREDENTIAL
            + "', gen_random_uuid(), 1, 'https://hooks.example/beta', '\\x00', 'test', 0)");
    alpha.createInstance(1);
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  private static SignedClient client(String account, Role... roles) {
    AccessKey key = nodes.issuer().add(account, "user-of-" + account, roles);
    return nodes.client(SCHEME, key);
  }

  static Stream<OperationSample> onSomething() throws TimeoutException {
    return OperationSample.all().stream()
        .filter(sample -> sample.names("InstanceId") || sample.names("Name"));
  }

  @ParameterizedTest
  @MethodSource("onSomething")
  void othersThingsAreAnsweredLikeNothing(OperationSample sample) {
    Effects before = Effects.of(database, BETA);
    for (SignedClient asking : askers) {
      String unknown = "ls-cn-" + UUID.randomUUID().toString().substring(0, 11);
      Seen nothing = Seen.of(sample.signed(asking, unknown, "no-such-nodes").sendTo(asking.port()));
      for (String instance : betasInstances) {
        Reply reply = sample.signed(asking, instance, CREDENTIAL).sendTo(asking.port());

        assertThat(Seen.of(reply)).isEqualTo(nothing);
      }
    }
    assertThat(Effects.of(database, BETA)).isEqualTo(before);
  }

  /**
   * All of a reply that its sender can look at.
   *
   * @param body with the request id taken out
   */
  private record Seen(int status, Map<String, List<String>> headers, String body) {
    static Seen of(Reply reply) {
      Map<String, List<String>> headers = new LinkedHashMap<>(reply.headers());
      headers.remove("x-acs-request-id");
      String requestId = reply.json().getString("RequestId");
      return new Seen(reply.status(), headers, reply.body().replace(requestId, "-"));
    }
  }

  @Test
  void everyOperationOnAnInstanceSaysInstanceNotFound() {
    for (OperationSample sample : samples) {
      if (sample.names("InstanceId")) {
        Reply reply = sample.signed(alpha, betasInstances.get(1), CREDENTIAL).sendTo(alpha.port());

        assertThat(reply.code()).as(sample + " " + reply.body()).isEqualTo("InstanceNotFound");
      }
    }
  }

  /** The processes serve everybody: an administrator of one account must not stop them. */
  @Test
  void nodesOfTheServiceAreTheOperatorsAlone() {
    String id = database.text("SELECT node_id::text FROM service_nodes LIMIT 1");

    assertThat(alpha.get("/v1/nodes").code()).isEqualTo("Forbidden.RAM");
    assertThat(alpha.post("/v1/nodes/" + id + "/drain").code()).isEqualTo("Forbidden.RAM");
    assertThat(database.count("SELECT count(*) FROM service_nodes WHERE draining")).isZero();
  }

  /** A refusal of the host would hide what stands behind it. */
  @Test
  void everyOperationOnAWebhookSaysWebhookNotFound() {
    for (String path : List.of("", "/dead-letters")) {
      Reply reply = alpha.get("/v1/webhooks/" + CREDENTIAL + path);
      assertThat(reply.code()).as(reply.body()).isEqualTo("WebhookNotFound");
    }
    String letters = "/v1/webhooks/" + CREDENTIAL + "/dead-letters";
    assertThat(alpha.send("DELETE", "/v1/webhooks/" + CREDENTIAL, null).code())
        .isEqualTo("WebhookNotFound");
    assertThat(alpha.send("DELETE", letters, null).code()).isEqualTo("WebhookNotFound");
    assertThat(alpha.post(letters + "/redeliver").code()).isEqualTo("WebhookNotFound");
    assertThat(beta.get(letters).status()).isEqualTo(200);
  }

  /** A policy is about its own account, whatever it names. */
  @Test
  void policyThatNamesAnotherAccountOpensNothing() {
    String policy =
        """
        {"Version":"1","Statement":[{"Effect":"Allow","Action":"*",
          "Resource":"acs:elasticsearch:*:beta:*"}]}
        """;
    AccessKey key = nodes.issuer().add(ALPHA, "climber", policy);

    Reply reply = nodes.client(SCHEME, key).get("/openapi/logstashes/" + betasInstances.get(0));

    assertThat(reply.code()).as(reply.body()).isEqualTo("Forbidden.RAM");
  }

  @Test
  void listsShowOnlyTheirOwn() {
    String mine = alpha.createInstance(1);
    for (String filter : List.of("", "&instanceId=" + betasInstances.get(0), "&description=ls-")) {
      Reply reply = alpha.get("/openapi/logstashes?size=100" + filter);

      assertThat(reply.status()).as(reply.body()).isEqualTo(200);
      betasInstances.forEach(instance -> assertThat(reply.body()).doesNotContain(instance));
    }
    assertThat(alpha.get("/openapi/logstashes?size=100").body()).contains(mine);
    JsonObject secret = new JsonObject().put("apiUser", "beta");
    beta.send("PUT", "/v1/credentials/of-beta-alone", secret);
    assertThat(alpha.get("/v1/credentials").body()).doesNotContain("of-beta-alone");
    assertThat(beta.get("/v1/credentials").body()).contains("of-beta-alone");
    assertThat(alpha.get("/v1/webhooks").body()).contains("[]");
    assertThat(beta.get("/v1/webhooks").body()).contains("https://hooks.example/beta");
  }

  @Test
  void auditShowsOnlyItsOwn() {
    String instance = betasInstances.get(0);
    assertThat(beta.get("/openapi/logstashes/" + instance).status()).isEqualTo(200);
    assertThat(alpha.get("/openapi/logstashes/" + instance).status()).isEqualTo(400);
    Await.until(
        SOON,
        "both calls are in the trail",
        () -> !audit(beta, instance).isEmpty() && !audit(alpha, instance).isEmpty());

    assertThat(audit(alpha, instance)).allMatch(record -> isAbout(record, ALPHA));
    assertThat(audit(beta, instance))
        .allMatch(record -> isAbout(record, BETA))
        .allMatch(record -> ((JsonObject) record).getString("keyId").equals(beta.keyId()));
    String everything = alpha.get("/v1/audit?limit=500").body();
    assertThat(everything).doesNotContain(beta.keyId()).doesNotContain("user-of-" + BETA);
  }

  private static JsonArray audit(SignedClient client, String instance) {
    Reply reply = client.get("/v1/audit?instanceId=" + instance + "&limit=500");
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.json().getJsonObject("Result").getJsonArray("records");
  }

  private static boolean isAbout(Object record, String account) {
    return ((JsonObject) record).getString("resource").contains(":" + account + ":logstashes/");
  }

  /** Names that two accounts chose alike do not meet: tokens, nonces, credentials. */
  @Test
  void sameNamesDoNotMeet() {
    String token = "?clientToken=" + UUID.randomUUID();
    String nonce = UUID.randomUUID().toString();
    String mine = alpha.changingInstance();
    String theirs = beta.changingInstance();

    Reply first = alpha.withNonce(nonce).post(SignedClient.action(mine, "interrupt") + token);
    Reply second = beta.withNonce(nonce).post(SignedClient.action(theirs, "interrupt") + token);

    for (Reply reply : List.of(first, second)) {
      assertThat(reply.header("x-holdpoint-outcome")).as(reply.body()).isEqualTo("applied");
    }
    Effects before = Effects.of(database, BETA);
    String credential = "/v1/credentials/" + CREDENTIAL;
    JsonObject other = new JsonObject().put("apiUser", "alpha");
    assertThat(alpha.send("PUT", credential, other).status()).isEqualTo(200);
    assertThat(alpha.send("DELETE", credential, null).status()).isEqualTo(200);
    assertThat(Effects.of(database, BETA)).isEqualTo(before);
  }
}
