package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.auth.AccessKey;
import io.holdpoint.auth.Role;
import io.holdpoint.auth.SignatureScheme;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.CapturedRequest;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.KeyIssuer;
import io.holdpoint.testkit.RawHttp.Reply;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.SignedClient;
import io.holdpoint.testkit.SignedPair;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every way to be refused for who one is, over HTTP and word for word: clients compare these words.
 * None of the requests interrupts, and no answer says what a right signature would have been.
 */
@ExtendWith(DatabaseExtension.class)
class AuthErrorIT {
  private static final Duration BOUND = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String MISMATCH = "Specified signature is not matched with our calculation.";
  private static final String EXPIRED = "Specified time stamp or date value is expired.";

  private static TestDatabase database;
  private static SignedPair nodes;
  private static AccessKey key;
  private static AccessKey disabled;
  private static String instance;
  private static String interrupt;

  @BeforeAll
  static void start(TestDatabase fresh) {
    database = fresh;
    nodes = new SignedPair(fresh, Map.of());
    key = nodes.issuer().add("default", "bert", Role.ADMINISTRATOR);
    disabled = nodes.issuer().add("default", "carl", Role.ADMINISTRATOR);
    nodes.issuer().disable(disabled);
    instance = nodes.client(SignatureScheme.ROA_SHA1).changingInstance();
    interrupt = SignedClient.action(instance, "interrupt");
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @AfterEach
  void nothingHappened() {
    assertThat(Replays.events(database, instance)).containsExactly("created");
  }

  private static SignedClient client(SignatureScheme scheme) {
    return nodes.client(scheme, key);
  }

  private static void assertRefused(
      CapturedRequest request, int status, String code, String message) {
    Reply reply = request.sendTo(nodes.one());
    JsonObject body = Envelope.assertEnvelope(reply);

    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    assertThat(body.getString("Code")).isEqualTo(code);
    assertThat(body.getString("Message")).isEqualTo(message);
    assertThat(reply.header("www-authenticate")).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void withoutASignature(SignatureScheme scheme) {
    assertRefused(
        client(scheme).sign("POST", interrupt, null).without("Authorization"),
        400,
        "MissingAccessKeyId",
        "AccessKeyId is mandatory for this action.");
  }

  @ParameterizedTest
  @EnumSource
  void withAKeyThatNobodyKnows(SignatureScheme scheme) {
    assertRefused(
        client(scheme).withKey("HPNOBODY", "a secret").sign("POST", interrupt, null),
        404,
        "InvalidAccessKeyId.NotFound",
        "Specified access key is not found.");
  }

  @ParameterizedTest
  @EnumSource
  void withADisabledKey(SignatureScheme scheme) {
    assertRefused(
        nodes.client(scheme, disabled).sign("POST", interrupt, null),
        400,
        "InvalidAccessKeyId.Inactive",
        "Specified access key is disabled.");
  }

  @ParameterizedTest
  @EnumSource
  void withAWrongSecretAndNoWordOfTheRightSignature(SignatureScheme scheme) {
    SignedClient wrong = client(scheme).withKey(key.keyId(), "another secret");

    assertRefused(wrong.sign("POST", interrupt, null), 400, "SignatureDoesNotMatch", MISMATCH);
  }

  @ParameterizedTest
  @CsvSource({"ROA_SHA1, -16", "ROA_SHA1, 16", "ACS3_HMAC_SHA256, -16", "ACS3_HMAC_SHA256, 16"})
  void fromAnotherTime(SignatureScheme scheme, int minutes) {
    InstantSource wrong = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(minutes));

    assertRefused(
        client(scheme).withClock(wrong).sign("POST", interrupt, null),
        400,
        "InvalidTimeStamp.Expired",
        EXPIRED);
  }

  @Test
  void withoutATime() {
    assertRefused(
        client(SignatureScheme.ROA_SHA1).sign("POST", interrupt, null).without("Date"),
        400,
        "IllegalTimestamp",
        "The input parameter \"Timestamp\" that is mandatory for processing this request is not"
            + " supplied.");
  }

  @ParameterizedTest
  @CsvSource({"ROA_SHA1, Date", "ACS3_HMAC_SHA256, x-acs-date"})
  void withATimeThatIsNone(SignatureScheme scheme, String header) {
    assertRefused(
        client(scheme).sign("POST", interrupt, null).with(header, "yesterday"),
        400,
        "InvalidTimeStamp.Format",
        "Specified time stamp or date value is not well formatted.");
  }

  @ParameterizedTest
  @EnumSource
  void changeWithoutANonce(SignatureScheme scheme) {
    SignedClient careless = client(scheme).withNonce("");

    assertRefused(
        careless.sign("POST", interrupt, null),
        400,
        "MissingSignatureNonce",
        "SignatureNonce is mandatory for this action.");
    assertThat(careless.get("/openapi/logstashes/" + instance).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource
  void withANonceThatIsNone(SignatureScheme scheme) {
    assertRefused(
        client(scheme).withNonce("n".repeat(129)).sign("POST", interrupt, null),
        400,
        "InvalidSignatureNonce",
        "Specified parameter SignatureNonce is not valid.");
  }

  @ParameterizedTest
  @EnumSource
  void withAUsedNonce(SignatureScheme scheme) {
    SignedClient again = client(scheme).withNonce(UUID.randomUUID().toString());
    assertThat(again.post(SignedClient.action("ls-cn-unknown", "interrupt")).code())
        .isEqualTo("InstanceNotFound");

    assertRefused(
        again.sign("POST", interrupt, null),
        400,
        "SignatureNonceUsed",
        "Specified signature nonce was used already.");
  }

  @Test
  void withAnotherBodyThanItsMd5() {
    CapturedRequest request =
        client(SignatureScheme.ROA_SHA1)
            .sign("POST", interrupt, null, "Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==");

    assertRefused(
        request.body("{}"),
        400,
        "ContentMD5NotMatched",
        "Specified content md5 is not matched with your request body.");
  }

  @Test
  void withAnotherBodyThanItsHash() {
    assertRefused(
        client(SignatureScheme.ACS3_HMAC_SHA256).sign("POST", interrupt, null).body("{}"),
        400,
        "SignatureDoesNotMatch",
        MISMATCH + " x-acs-content-sha256 is not the SHA-256 of the request body.");
  }

  @Test
  void withATokenOfATemporaryKey() {
    assertRefused(
        client(SignatureScheme.ROA_SHA1)
            .sign("POST", interrupt, null, "x-acs-security-token", "token"),
        400,
        "InvalidSecurityToken.MismatchWithAccessKey",
        "Specified SecurityToken mismatch with the AccessKey.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "acs",
        "acs ",
        "acs no-colon",
        "acs id:not-base64",
        "ACS3-HMAC-SHA256 Credential=id",
        "ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host,Signature=00",
      })
  void withHalfASignature(String authorization) {
    assertRefused(
        client(SignatureScheme.ROA_SHA1)
            .sign("POST", interrupt, null)
            .with("Authorization", authorization),
        400,
        "IncompleteSignature",
        "The request signature does not conform to Aliyun standards.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic YTpi", "Bearer abc", "ACS4-HMAC-SHA512 Credential=id", "ACS a:b"})
  void byAnotherMethod(String authorization) {
    assertRefused(
        client(SignatureScheme.ROA_SHA1)
            .sign("POST", interrupt, null)
            .with("Authorization", authorization),
        400,
        "InvalidSignatureMethod",
        "Specified signature method is not valid.");
  }

  @Test
  void whatWasAddedOnTheWayIsNoPartOfASignature() {
    CapturedRequest signed = client(SignatureScheme.ACS3_HMAC_SHA256).sign("POST", interrupt, null);

    assertRefused(
        signed.with("x-acs-added", "1"),
        400,
        "IncompleteSignature",
        "The request signature does not conform to Aliyun standards.");
  }

  /** Nothing that a key protects is served without one; the contract itself is open. */
  @Test
  void everyOperationAsksForASignature() throws Exception {
    SignedClient anybody = client(SignatureScheme.ACS3_HMAC_SHA256);
    for (OperationSample sample : OperationSample.all()) {
      Reply reply =
          sample.signed(anybody, instance, "x").without("Authorization").sendTo(nodes.one());
      assertThat(reply.code()).as(sample.toString()).isEqualTo("MissingAccessKeyId");
    }
    CapturedRequest contract = anybody.sign("GET", "/openapi.yaml", null);
    assertThat(contract.without("Authorization").sendTo(nodes.one()).body()).startsWith("openapi:");
  }

  @ParameterizedTest
  @EnumSource
  void stringToSignIsToldOnlyInDebugMode(SignatureScheme scheme) {
    Map<String, String> debug = new HashMap<>(KeyIssuer.environment());
    debug.put("HOLDPOINT_AUTH_DEBUG", "on");
    SignedClient wrong = client(scheme).withKey(key.keyId(), "another secret");
    CapturedRequest request = wrong.sign("POST", interrupt, null);
    try (ServiceFixture talkative = ServiceFixture.start(database.runtimeUri(), debug)) {
      Reply told = request.sendTo(talkative.service().port());

      assertThat(told.code()).isEqualTo("SignatureDoesNotMatch");
      assertThat(told.json().getString("Message"))
          .startsWith(MISMATCH + " server string to sign is:POST\n")
          .contains(interrupt)
          .contains("x-acs-signature-nonce:" + request.value("x-acs-signature-nonce"));
    }
  }

  /** Whoever sends later than the bound after the key was disabled is refused, on every node. */
  @Test
  void disabledKeyDiesWithinItsBoundOnEveryNode() {
    AccessKey lost = nodes.issuer().add("default", "lost", Role.READ_ONLY);
    SignedClient thief = nodes.client(SignatureScheme.ROA_SHA1, lost);
    List<Integer> both = nodes.both();
    both.forEach(
        node -> assertThat(thief.at(node).get("/openapi/logstashes").status()).isEqualTo(200));
    nodes.issuer().disable(lost);
    long dead = System.nanoTime() + BOUND.toNanos();

    Await.until(
        PATIENCE,
        "a refusal by both nodes after the bound",
        () -> {
          boolean late = System.nanoTime() - dead >= 0;
          boolean refused = true;
          for (int node : both) {
            String code = thief.at(node).get("/openapi/logstashes").code();
            refused &= code.equals("InvalidAccessKeyId.Inactive");
          }
          assertThat(late && !refused).as("let in after the bound").isFalse();
          return late && refused;
        });
  }
}
