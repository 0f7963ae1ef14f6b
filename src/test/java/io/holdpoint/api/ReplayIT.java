package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.auth.AccessKey;
import io.holdpoint.auth.Role;
import io.holdpoint.auth.SignatureScheme;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.CapturedRequest;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.Effects;
import io.holdpoint.testkit.RawHttp.Reply;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.SignedClient;
import io.holdpoint.testkit.SignedPair;
import io.holdpoint.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Somebody saw signed interrupts and resumes pass and sends them again: to another node, after a
 * restart, after others came in between, altered, many at once. Nothing happens a second time.
 */
@ExtendWith(DatabaseExtension.class)
class ReplayIT {
  private static final int COPIES = 32;
  private static final Duration SOON = Duration.ofSeconds(15);

  private static TestDatabase database;
  private static SignedPair nodes;

  @BeforeAll
  static void start(TestDatabase fresh) {
    database = fresh;
    nodes = new SignedPair(fresh, Map.of("HOLDPOINT_COMMANDS_DEADLINE", "10s"));
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @ParameterizedTest
  @EnumSource
  void copySentToAnotherNodeAfterAResumeNeverSuspendsAgain(SignatureScheme scheme) {
    SignedClient client = nodes.client(scheme);
    String instance = client.changingInstance();
    CapturedRequest interrupt = interrupt(client, instance);
    Reply first = interrupt.sendTo(nodes.one());
    assertThat(first.header("x-holdpoint-outcome")).isEqualTo("applied");
    client.post(SignedClient.action(instance, "resume"));
    Effects before = Effects.of(database);

    nodes.both().forEach(node -> Replays.assertCopy(interrupt.sendTo(node), first));

    assertThat(Effects.of(database)).isEqualTo(before);
    assertThat(client.status(instance)).isEqualTo("activating");
  }

  @ParameterizedTest
  @EnumSource
  void copyOfAResumeNeverReleasesAgain(SignatureScheme scheme) {
    SignedClient client = nodes.client(scheme);
    String instance = client.changingInstance();
    client.post(SignedClient.action(instance, "interrupt"));
    CapturedRequest resume = client.sign("POST", SignedClient.action(instance, "resume"), null);
    Reply first = resume.sendTo(nodes.one());
    assertThat(first.header("x-holdpoint-outcome")).isEqualTo("applied");
    client.post(SignedClient.action(instance, "interrupt"));

    Replays.assertCopy(resume.sendTo(nodes.other()), first);

    assertThat(client.status(instance)).isEqualTo("suspended");
  }

  /** What had nothing to interrupt must not interrupt the change that begins afterwards. */
  @Test
  void copyOfAnInterruptThatMetNothingMeetsNothingLater() {
    SignedClient client = nodes.client(SignatureScheme.ROA_SHA1);
    String instance = client.createInstance(2);
    CapturedRequest interrupt = interrupt(client, instance);
    Reply first = interrupt.sendTo(nodes.one());
    assertThat(first.result()).isEqualTo(false);
    client.post(SignedClient.action(instance, "restart"));

    Replays.assertCopy(interrupt.sendTo(nodes.other()), first);

    assertThat(client.status(instance)).isEqualTo("activating");
  }

  @Test
  void restartedNodeRemembers() {
    SignedClient client = nodes.client(SignatureScheme.ROA_SHA1);
    String instance = client.changingInstance();
    CapturedRequest interrupt = interrupt(client, instance);
    Reply first;
    try (ServiceFixture third = nodes.start()) {
      first = interrupt.sendTo(third.service().port());
      assertThat(first.result()).isEqualTo(true);
    }
    client.post(SignedClient.action(instance, "resume"));
    Effects before = Effects.of(database);

    try (ServiceFixture third = nodes.start()) {
      int port = third.service().port();
      Replays.assertCopy(interrupt.sendTo(port), first);
      Replays.assertNonceUsed(interrupt.with(CommandInput.MODE, "now").sendTo(port));
    }

    assertThat(Effects.of(database)).isEqualTo(before);
  }

  /** What no SDK signs, and what somebody with the key might sign with one nonce. */
  @ParameterizedTest
  @EnumSource
  void sameNonceWithAnythingChangedIsRefused(SignatureScheme scheme) {
    SignedClient afresh = nodes.client(scheme);
    SignedClient client = afresh.withNonce(UUID.randomUUID().toString());
    String instance = afresh.changingInstance();
    String path = SignedClient.action(instance, "interrupt");
    CapturedRequest interrupt = interrupt(client, instance);
    assertThat(interrupt.sendTo(nodes.one()).result()).isEqualTo(true);
    afresh.post(SignedClient.action(instance, "resume"));
    String second = afresh.changingInstance();
    Effects before = Effects.of(database);

    List<CapturedRequest> altered =
        List.of(
            interrupt.with(CommandInput.MODE, "now"),
            client.sign("POST", path + "?clientToken=" + UUID.randomUUID(), null),
            interrupt(client, second),
            client.sign("POST", SignedClient.action(instance, "resume"), null));
    for (CapturedRequest request : altered) {
      nodes.both().forEach(node -> Replays.assertNonceUsed(request.sendTo(node)));
    }

    assertThat(Effects.of(database)).isEqualTo(before);
  }

  /** A reason is only told: the copy is the same request, and the history keeps the first one. */
  @Test
  void copyWithAnotherReasonIsACopy() {
    SignedClient client = nodes.client(SignatureScheme.ACS3_HMAC_SHA256);
    CapturedRequest interrupt = interrupt(client, client.changingInstance());
    Reply first = interrupt.sendTo(nodes.one());
    Effects before = Effects.of(database);

    Reply copy = interrupt.with(CommandInput.REASON, "forged").sendTo(nodes.other());

    Replays.assertCopy(copy, first);
    assertThat(Effects.of(database)).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void nonceOfAnotherKeyIsAnotherNonce(SignatureScheme scheme) {
    AccessKey second = nodes.issuer().add("default", "bert", Role.ADMINISTRATOR);
    String nonce = UUID.randomUUID().toString();
    String path = SignedClient.action(nodes.client(scheme).changingInstance(), "interrupt");

    assertThat(nodes.client(scheme).withNonce(nonce).post(path).result()).isEqualTo(true);
    Reply others = nodes.client(scheme, second).withNonce(nonce).post(path);

    assertThat(others.header("x-holdpoint-outcome")).as(others.body()).isEqualTo("already");
  }

  @ParameterizedTest
  @EnumSource
  void copiesAtTheSameTimeOnBothNodesHaveOneEffect(SignatureScheme scheme) {
    SignedClient client = nodes.client(scheme);
    String instance = client.changingInstance();

    List<Reply> replies = nodes.together(COPIES, List.of(interrupt(client, instance)));

    Replays.assertOneAnswer(replies);
    assertThat(replies).allSatisfy(reply -> assertThat(reply.result()).isEqualTo(true));
    assertThat(Replays.events(database, instance)).containsExactly("created", "interrupted");
  }

  @Test
  void alteredCopiesAtTheSameTimeHaveNoEffectOfTheirOwn() {
    SignedClient client = nodes.client(SignatureScheme.ROA_SHA1);
    String instance = client.changingInstance();
    CapturedRequest interrupt = interrupt(client, instance);
    List<CapturedRequest> modes =
        Stream.of("finish-step", "safe-point", "now")
            .map(mode -> interrupt.with(CommandInput.MODE, mode))
            .toList();

    List<Reply> replies = nodes.together(COPIES, modes);

    assertThat(replies).filteredOn(reply -> reply.status() == 200).isNotEmpty();
    assertThat(replies)
        .filteredOn(reply -> reply.status() != 200)
        .isNotEmpty()
        .allSatisfy(Replays::assertNonceUsed);
    assertThat(Replays.events(database, instance)).containsExactly("created", "interrupted");
  }

  @ParameterizedTest
  @EnumSource
  void refusedOneStaysRefusedWhenItsInstanceComes(SignatureScheme scheme) {
    SignedClient client = nodes.client(scheme);
    String instance = "ls-cn-" + UUID.randomUUID().toString().substring(0, 8);
    CapturedRequest interrupt = interrupt(client, instance);
    assertThat(interrupt.sendTo(nodes.one()).code()).isEqualTo("InstanceNotFound");
    Replays.bringInstance(database, instance);
    assertThat(client.post(SignedClient.action(instance, "restart")).status()).isEqualTo(200);

    Reply copy = interrupt.sendTo(nodes.other());

    assertThat(copy.code()).as(copy.body()).isEqualTo("InstanceNotFound");
    assertThat(client.status(instance)).isEqualTo("activating");
    assertThat(client.post(SignedClient.action(instance, "interrupt")).result()).isEqualTo(true);
  }

  @ParameterizedTest
  @EnumSource
  void deniedOneHasNoEffectUnderAnotherPolicy(SignatureScheme scheme) {
    SignedClient client = nodes.client(scheme);
    AccessKey brake = nodes.issuer().add("default", "brake", Role.BRAKE_ONLY);
    SignedClient narrow = nodes.client(scheme, brake);
    String instance = client.changingInstance();
    String probe = client.createInstance(2);
    assertThat(narrow.post(SignedClient.action(instance, "interrupt")).result()).isEqualTo(true);
    CapturedRequest resume = narrow.sign("POST", SignedClient.action(instance, "resume"), null);
    nodes.both().forEach(node -> assertDenied(resume.sendTo(node)));

    nodes.issuer().setRoles(brake, Role.OPERATOR);
    String harmless = SignedClient.action(probe, "resume");
    for (int node : nodes.both()) {
      Await.until(
          SOON, "the policy is known", () -> narrow.at(node).post(harmless).status() == 200);
      Replays.assertNonceUsed(resume.sendTo(node));
    }

    assertThat(client.status(instance)).isEqualTo("suspended");
  }

  private static void assertDenied(Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(403);
    assertThat(reply.code()).isEqualTo("Forbidden.RAM");
  }

  /** What was allowed once is no permission for ever; nor is it done again. */
  @Test
  void copyFromAKeyThatMayNoLongerHasNoEffect() {
    SignedClient client = nodes.client(SignatureScheme.ACS3_HMAC_SHA256);
    AccessKey key = nodes.issuer().add("default", "carl", Role.OPERATOR);
    SignedClient once = nodes.client(SignatureScheme.ACS3_HMAC_SHA256, key);
    String instance = client.changingInstance();
    CapturedRequest interrupt = interrupt(once, instance);
    assertThat(interrupt.sendTo(nodes.one()).result()).isEqualTo(true);
    client.post(SignedClient.action(instance, "resume"));
    nodes.issuer().setRoles(key, Role.READ_ONLY);
    String harmless = SignedClient.action(client.createInstance(1), "resume");
    Await.until(SOON, "the policy is known", () -> once.post(harmless).status() == 403);

    assertThat(interrupt.sendTo(nodes.one()).status()).isIn(400, 403);

    assertThat(client.status(instance)).isEqualTo("activating");
  }

  private static CapturedRequest interrupt(SignedClient client, String instance) {
    return client.sign("POST", SignedClient.action(instance, "interrupt"), null);
  }
}
