package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.auth.Role;
import io.holdpoint.auth.SignatureScheme;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.CapturedRequest;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.FaultProxy;
import io.holdpoint.testkit.KeyIssuer;
import io.holdpoint.testkit.RawHttp.Reply;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.SignedClient;
import io.holdpoint.testkit.SignedPair;
import io.holdpoint.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Signed requests, and copies of them, while the way to the database fails. */
@ExtendWith(DatabaseExtension.class)
class ReplayOutageIT {
  private static final Duration HEALED = Duration.ofSeconds(15);

  private static TestDatabase database;
  private static FaultProxy proxy;
  private static SignedPair near;
  private static ServiceFixture far;

  @BeforeAll
  static void start(TestDatabase fresh) {
    database = fresh;
    near = new SignedPair(fresh, Map.of());
    proxy = new FaultProxy(fresh.port());
    far = ServiceFixture.start(fresh.runtimeUriAt(proxy.port()), KeyIssuer.environment());
  }

  @AfterAll
  static void stop() {
    proxy.pass();
    far.close();
    proxy.close();
    near.close();
  }

  private static int farPort() {
    return far.service().port();
  }

  /** What never reached the database is as good as never sent, here and on every node. */
  @Test
  void unavailableUsesNothingUp() {
    SignedClient client = near.client(SignatureScheme.ROA_SHA1);
    String instance = client.changingInstance();
    String fresh = client.createInstance(2);
    CapturedRequest interrupt =
        client.sign("POST", SignedClient.action(instance, "interrupt"), null);
    CapturedRequest restart = client.sign("POST", SignedClient.action(fresh, "restart"), null);
    assertThat(client.at(farPort()).get("/openapi/logstashes").status()).isEqualTo(200);
    proxy.blackHole();
    assertThat(interrupt.sendTo(farPort()).status()).isEqualTo(503);
    assertThat(restart.sendTo(farPort()).status()).isEqualTo(503);
    proxy.cut();
    proxy.pass();

    Reply interrupted = definite(interrupt);
    Reply restarted = definite(restart);

    for (Reply reply : List.of(interrupted, restarted)) {
      assertThat(reply.status()).as(reply.body()).isEqualTo(200);
      assertThat(reply.header("x-holdpoint-outcome")).isEqualTo("applied");
      assertThat(reply.header("Idempotency-Replayed")).isNull();
    }
    Replays.assertCopy(interrupt.sendTo(near.one()), interrupted);
    Replays.assertCopy(restart.sendTo(near.one()), restarted);
  }

  /** A refusal that nobody would remember is not told. */
  @Test
  void denialThatCannotBeKeptIsNotTold() {
    SignedClient client = near.client(SignatureScheme.ACS3_HMAC_SHA256);
    SignedClient narrow =
        near.client(
            SignatureScheme.ACS3_HMAC_SHA256,
            near.issuer().add("default", "brake", Role.BRAKE_ONLY));
    String instance = client.changingInstance();
    CapturedRequest resume = narrow.sign("POST", SignedClient.action(instance, "resume"), null);
    assertThat(narrow.at(farPort()).get("/openapi/logstashes").status()).isEqualTo(200);
    proxy.blackHole();

    Reply blind = resume.sendTo(farPort());
    proxy.cut();
    proxy.pass();

    assertThat(blind.status()).as(blind.body()).isEqualTo(503);
    assertThat(definite(resume).status()).isEqualTo(403);
  }

  /** The commit stands, its reply is lost, and the client's library sends the same bytes again. */
  @Test
  void copyAfterALostReplyFindsTheOneEffect() {
    SignedClient client = near.client(SignatureScheme.ROA_SHA1);
    String instance = client.changingInstance();
    CapturedRequest interrupt =
        client.sign("POST", SignedClient.action(instance, "interrupt"), null);
    assertThat(client.at(farPort()).get("/openapi/logstashes").status()).isEqualTo(200);
    proxy.loseReplyOnce(instance);

    Reply first = definite(interrupt);

    assertThat(proxy.lost()).isPositive();
    assertThat(first.result()).isEqualTo(true);
    assertThat(interrupt.sendTo(near.other()).result()).isEqualTo(true);
    assertThat(Replays.events(database, instance)).containsExactly("created", "interrupted");
  }

  /** As a client does that is told to come back: the same bytes until there is an answer. */
  private static Reply definite(CapturedRequest request) {
    AtomicReference<Reply> last = new AtomicReference<>();
    Await.until(
        HEALED,
        "a definite answer",
        () -> {
          last.set(request.sendTo(farPort()));
          return last.get().status() != 503;
        });
    return last.get();
  }
}
