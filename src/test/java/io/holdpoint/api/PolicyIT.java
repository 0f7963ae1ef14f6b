package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.auth.AccessKey;
import io.holdpoint.auth.Role;
import io.holdpoint.auth.SignatureScheme;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.Effects;
import io.holdpoint.testkit.RawHttp.Reply;
import io.holdpoint.testkit.SignedClient;
import io.holdpoint.testkit.SignedPair;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What keys may do, over HTTP: roles, policies of their own, and the words of a denial. */
@ExtendWith(DatabaseExtension.class)
class PolicyIT {
  private static final SignatureScheme SCHEME = SignatureScheme.ACS3_HMAC_SHA256;

  private static TestDatabase database;
  private static SignedPair nodes;
  private static SignedClient administrator;

  @BeforeAll
  static void start(TestDatabase fresh) {
    database = fresh;
    nodes = new SignedPair(fresh, Map.of());
    administrator = nodes.client(SCHEME);
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  private static SignedClient holder(String user, String policy, Role... roles) {
    AccessKey key = nodes.issuer().add("default", user, policy, roles);
    return nodes.client(SCHEME, key);
  }

  @Test
  void denialSaysWhatWasDeniedToWhom() {
    SignedClient reader = holder("rita", null, Role.READ_ONLY);
    String instance = administrator.changingInstance();

    Reply reply = reader.post(SignedClient.action(instance, "interrupt"));

    assertThat(reply.status()).isEqualTo(403);
    JsonObject body = reply.json();
    assertThat(body.getString("Code")).isEqualTo("Forbidden.RAM");
    assertThat(body.getString("Message"))
        .isEqualTo(
            "User not authorized to operate on the specified resource, or this API doesn't support"
                + " RAM.");
    assertThat(body.getJsonObject("AccessDeniedDetail"))
        .isEqualTo(
            new JsonObject()
                .put("AuthAction", "elasticsearch:InterruptLogstashTask")
                .put("AuthPrincipalDisplayName", "rita")
                .put("AuthPrincipalOwnerId", "default")
                .put("AuthPrincipalType", "SubUser")
                .put("NoPermissionType", "ImplicitDeny")
                .put("PolicyType", "AccountLevelIdentityBasedPolicy"));
    assertThat(administrator.status(instance)).isEqualTo("activating");
  }

  /** The key for everybody who must be able to stop a change, and to do nothing else. */
  @Test
  void brakeOnlyInterruptsAndLooksAndNothingElse() throws TimeoutException {
    SignedClient brake = holder("bob", null, Role.BRAKE_ONLY);
    String instance = administrator.changingInstance();
    Set<String> allowed = new TreeSet<>();
    Effects before = Effects.of(database);
    for (OperationSample sample : OperationSample.all()) {
      if (!sample.operation().id().equals("InterruptLogstashTask")) {
        Reply reply = sample.signed(brake, instance, "none").sendTo(nodes.one());
        if (!reply.code().equals("Forbidden.RAM")) {
          // The sample of a stream asks for what there is not, so that it ends.
          int status = sample.operation().id().equals("FollowEvents") ? 400 : 200;
          assertThat(reply.status()).as(sample + " " + reply.body()).isEqualTo(status);
          allowed.add(sample.operation().id());
        }
      }
    }

    assertThat(Effects.of(database)).isEqualTo(before);
    assertThat(allowed)
        .containsExactly(
            "DescribeLogstash",
            "FollowEvents",
            "GetInstanceNodes",
            "GetInstanceTask",
            "GetStepOutput",
            "ListInstanceEvents",
            "ListLogstash");
    assertThat(brake.post(SignedClient.action(instance, "interrupt")).result()).isEqualTo(true);
    assertThat(administrator.status(instance)).isEqualTo("suspended");
  }

  @Test
  void interruptIsGrantedBroadlyAndResumeNarrowly() {
    String mine = administrator.changingInstance();
    String other = administrator.changingInstance();
    String policy =
        """
        {"Version":"1","Statement":[
          {"Effect":"Allow","Action":"elasticsearch:InterruptLogstashTask","Resource":"*"},
          {"Effect":"Allow","Action":"elasticsearch:ResumeLogstashTask",
           "Resource":"acs:elasticsearch:cn-hangzhou:default:logstashes/%s"}]}
        """
            .formatted(mine);
    SignedClient owner = holder("olga", policy);

    for (String instance : List.of(mine, other)) {
      assertThat(owner.post(SignedClient.action(instance, "interrupt")).result()).isEqualTo(true);
    }
    assertThat(owner.post(SignedClient.action(mine, "resume")).result()).isEqualTo(true);
    assertThat(owner.post(SignedClient.action(other, "resume")).code()).isEqualTo("Forbidden.RAM");
    assertThat(administrator.status(other)).isEqualTo("suspended");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Allow | IpAddress    | 127.0.0.1        | 200 |
          Allow | IpAddress    | 127.0.0.0/8      | 200 |
          Allow | IpAddress    | 10.0.0.0/8       | 403 | ImplicitDeny
          Allow | NotIpAddress | 127.0.0.0/8      | 403 | ImplicitDeny
          Allow | NotIpAddress | 10.0.0.0/8       | 200 |
          Deny  | IpAddress    | 127.0.0.1        | 403 | ExplicitDeny
          Deny  | NotIpAddress | 127.0.0.1        | 200 |
          """)
  void addressOfTheCallerDecides(
      String effect, String operator, String network, int status, String kind) {
    String policy =
        """
        {"Version":"1","Statement":[{"Effect":"%s","Action":"*","Resource":"*",
          "Condition":{"%s":{"acs:SourceIp":["%s"]}}}]}
        """
            .formatted(effect, operator, network);
    Role[] roles = effect.equals("Deny") ? new Role[] {Role.READ_ONLY} : new Role[0];

    Reply reply = holder("ida", policy, roles).get("/openapi/logstashes");

    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    if (status == 403) {
      assertThat(reply.json().getJsonObject("AccessDeniedDetail").getString("NoPermissionType"))
          .isEqualTo(kind);
    }
  }

  /** What a proxy or a client says about addresses counts for nothing. */
  @Test
  void claimedAddressDoesNot() {
    String policy =
        """
        {"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*",
          "Condition":{"IpAddress":{"acs:SourceIp":"10.0.0.0/8"}}}]}
        """;
    SignedClient stranger = holder("ivo", policy);

    for (String header : List.of("X-Forwarded-For", "Forwarded", "X-Real-IP")) {
      String claim = header.equals("Forwarded") ? "for=10.1.1.1" : "10.1.1.1";
      Reply reply = stranger.send("GET", "/openapi/logstashes", null, header, claim);
      assertThat(reply.status()).as(header).isEqualTo(403);
    }
  }
}
