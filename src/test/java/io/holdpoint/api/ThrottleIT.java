package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.auth.AccessKey;
import io.holdpoint.auth.Role;
import io.holdpoint.auth.SignatureScheme;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.CapturedRequest;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.RawHttp.Reply;
import io.holdpoint.testkit.SignedClient;
import io.holdpoint.testkit.SignedPair;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Limits on how often a key and an account may call; interrupts have a share of their own. */
@ExtendWith(DatabaseExtension.class)
class ThrottleIT {
  private static final SignatureScheme SCHEME = SignatureScheme.ACS3_HMAC_SHA256;
  private static final String LIST = "/openapi/logstashes";
  private static final int MOST_TRIES = 200;
  private static final Duration SOON = Duration.ofSeconds(10);

  private static TestDatabase database;
  private static SignedPair nodes;

  @BeforeAll
  static void start(TestDatabase fresh) {
    database = fresh;
    nodes =
        new SignedPair(
            fresh,
            Map.of(
                // A second until a key may call again: what is refused stays so on a busy machine.
                "HOLDPOINT_LIMITS_PER_KEY", "1",
                "HOLDPOINT_LIMITS_PER_ACCOUNT", "2",
                "HOLDPOINT_LIMITS_BURST", "10s",
                "HOLDPOINT_LIMITS_INTERRUPT_RESERVE", "20"));
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  private static SignedClient holder(String account) {
    AccessKey key = nodes.issuer().add(account, "somebody", Role.ADMINISTRATOR);
    return nodes.client(SCHEME, key);
  }

  /** Calls until it is told to stop, which comes well before the end of the tries. */
  private static Reply untilThrottled(SignedClient client) {
    for (int i = 0; i < MOST_TRIES; i++) {
      Reply reply = client.get(LIST);
      if (reply.status() != 200) {
        return reply;
      }
    }
    throw new AssertionError("never throttled");
  }

  @Test
  void keyThatCallsTooOftenIsToldWhenToComeBack() {
    Reply reply = untilThrottled(holder("account-1"));
    JsonObject body = Envelope.assertEnvelope(reply);

    assertThat(reply.status()).as(reply.body()).isEqualTo(400);
    assertThat(body.getString("Code")).isEqualTo("Throttling.User");
    assertThat(body.getString("Message")).isEqualTo("Request was denied due to user flow control.");
    assertThat(Long.parseLong(reply.header("x-acs-retry-after"))).isBetween(1L, 1_000L);
  }

  @Test
  void throttledKeyStillInterrupts() {
    SignedClient busy = holder("account-2");
    String instance = busy.changingInstance();
    untilThrottled(busy);

    for (int i = 0; i < 10; i++) {
      Reply interrupt = busy.post(SignedClient.action(instance, "interrupt"));
      assertThat(interrupt.result()).as(interrupt.body()).isEqualTo(true);
    }
  }

  @Test
  void accountThatCallsTooOftenIsStoppedWithAllItsKeysAndNobodyElse() {
    SignedClient first = holder("account-3");
    SignedClient second = holder("account-3");
    SignedClient third = holder("account-3");
    SignedClient neighbour = holder("account-4");
    untilThrottled(first);
    assertThat(second.get(LIST).status()).isEqualTo(200);
    untilThrottled(second);
    int left = 0;
    while (third.get(LIST).status() == 200) {
      left++;
    }

    // By the limit of its key alone it could call 10 times at once.
    assertThat(left).isLessThan(10);
    assertThat(neighbour.get(LIST).status()).isEqualTo(200);
  }

  /** Who knows only the id of a key cannot use its share up. */
  @Test
  void wrongSignaturesCostTheirKeyNothing() {
    SignedClient owner = holder("account-5");
    SignedClient forger = owner.withKey(owner.keyId(), "a guess");
    for (int i = 0; i < 100; i++) {
      assertThat(forger.get(LIST).code()).isEqualTo("SignatureDoesNotMatch");
    }

    assertThat(owner.get(LIST).status()).isEqualTo(200);
  }

  /** Asked for at the other node, which has counts of its own. */
  @Test
  void throttledOneIsInTheAuditTrail() {
    SignedClient busy = holder("account-6");
    Reply reply = untilThrottled(busy);
    String requestId = reply.json().getString("RequestId");
    Await.until(
        SOON,
        "the record",
        () ->
            database.count(
                    "SELECT count(*) FROM audit_records WHERE request_id = '" + requestId + "'")
                == 1);

    Reply trail = holder("account-6").at(nodes.other()).get("/v1/audit?decision=throttled");

    JsonArray records = trail.json().getJsonObject("Result").getJsonArray("records");
    assertThat(records).hasSize(1);
    JsonObject record = records.getJsonObject(0);
    assertThat(record.getString("requestId")).isEqualTo(requestId);
    assertThat(record.getString("principal")).isEqualTo("somebody/" + busy.keyId());
    assertThat(record.getString("code")).isEqualTo("Throttling.User");
  }

  /** As with a 503, nothing was decided about it: the same bytes may come again. */
  @Test
  void throttledOneUsesNothingUp() {
    SignedClient busy = holder("account-7");
    String path = SignedClient.action(busy.createInstance(1), "restart");
    CapturedRequest restart = busy.sign("POST", path, null);
    untilThrottled(busy);
    assertThat(restart.sendTo(nodes.one()).code()).isEqualTo("Throttling.User");

    Reply later = restart.sendTo(nodes.other());

    assertThat(later.header("x-holdpoint-outcome")).as(later.body()).isEqualTo("applied");
    assertThat(later.header("Idempotency-Replayed")).isNull();
  }
}
