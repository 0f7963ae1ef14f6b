package io.holdpoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.cli.CallEnd.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

/** When a call is sent again, how long it waits, and what it knows in the end; without a clock. */
class CallAttemptsTest {
  private static final CallContract CONTRACT = CallContract.load();
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final CallReply TRUE = reply(200, "{\"Result\":true,\"RequestId\":\"r\"}");
  private static final CallReply BUSY = reply(503, "{\"Code\":\"ServiceUnavailable\"}");
  private static final CallReply NOT_FOUND = reply(400, "{\"Code\":\"InstanceNotFound\"}");
  private static final CallReply FORBIDDEN = reply(403, "{\"Code\":\"Forbidden.RAM\"}");
  private static final CallReply THROTTLED = reply(400, "{\"Code\":\"Throttling.User\"}");
  private static final IOException RESET = new IOException("connection reset");
  private static final IOException REFUSED = new ConnectException("connection refused");

  private final Deque<Object> network = new ArrayDeque<>();
  private final List<Duration> limits = new ArrayList<>();
  private final List<Map<String, String>> signatures = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private final List<Integer> told = new ArrayList<>();
  private Duration oneAttemptTakes = Duration.ofMillis(10);
  private double chance;
  private long now = Long.MAX_VALUE - 5;

  @Test
  void definiteAnswerIsAskedForOnce() {
    assertThat(run(TRUE).kind()).isEqualTo(Kind.DONE);
    assertThat(run(reply(200, "{\"Result\":false,\"RequestId\":\"r\"}")).kind())
        .isEqualTo(Kind.FALSE);
    assertThat(run(NOT_FOUND).kind()).isEqualTo(Kind.REFUSED);
    assertThat(run(reply(500, "{\"Code\":\"InternalError\"}")).kind()).isEqualTo(Kind.UNKNOWN);
    assertThat(run(reply(200, "<html>")).kind()).isEqualTo(Kind.UNKNOWN);
    assertThat(pauses).isEmpty();
    assertThat(signatures).hasSize(5);
  }

  @Test
  void whatMayPassIsTriedAgainEachTimeSignedAnew() {
    CallEnd end = run(RESET, BUSY, THROTTLED, TRUE);

    assertThat(end.kind()).isEqualTo(Kind.DONE);
    assertThat(end.attempts()).isEqualTo(4);
    assertThat(told).containsExactly(1, 2, 3);
    assertThat(signatures).doesNotHaveDuplicates().hasSize(4);
  }

  @Test
  void pausesDoubleUpToTwoSeconds() {
    run(Duration.ofSeconds(9), BUSY, BUSY, BUSY, BUSY, BUSY, BUSY, BUSY, TRUE);

    assertThat(pauses)
        .extracting(Duration::toMillis)
        .containsExactly(100L, 200L, 400L, 800L, 1_600L, 2_000L, 2_000L);
  }

  @Test
  void upToHalfOfAPauseIsLeftToChance() {
    chance = 1;
    run(BUSY, BUSY, TRUE);

    assertThat(pauses).extracting(Duration::toMillis).containsExactly(50L, 100L);
  }

  @Test
  void serviceSaysHowLongToWait() {
    CallReply wait = new CallReply(400, Map.of("x-acs-retry-after", "1234"), THROTTLED.body());

    assertThat(run(wait, TRUE).kind()).isEqualTo(Kind.DONE);
    assertThat(pauses).containsExactly(Duration.ofMillis(1_234));
  }

  @Test
  void waitThatEndsTooLateIsNotBegun() {
    CallReply wait = new CallReply(400, Map.of("x-acs-retry-after", "60000"), THROTTLED.body());

    assertThat(run(wait).kind()).isEqualTo(Kind.REFUSED);
    assertThat(pauses).isEmpty();
  }

  @Test
  void timeIsForAllAttemptsTogether() {
    oneAttemptTakes = Duration.ofSeconds(2);

    CallEnd end = run(RESET, RESET, RESET);

    assertThat(end.kind()).isEqualTo(Kind.UNKNOWN);
    assertThat(end.attempts()).isEqualTo(3);
    assertThat(end.failure()).isSameAs(RESET);
    assertThat(limits).extracting(Duration::toMillis).containsExactly(5_000L, 2_900L, 700L);
  }

  @Test
  void oneSilentAttemptLeavesTimeForAnother() {
    run(Duration.ofMinutes(1), new HttpTimeoutException("silent"), TRUE);

    assertThat(limits.get(0)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void certificateThatIsNotTrustedIsNotTriedAgain() {
    IOException untrusted = new SSLHandshakeException("PKIX path building failed");
    untrusted.initCause(new CertificateException("PKIX path building failed"));

    CallEnd end = run(untrusted);

    assertThat(end.kind()).isEqualTo(Kind.UNKNOWN);
    assertThat(end.attempts()).isEqualTo(1);
  }

  @Test
  void refusalThatLookedAtTheTokenSettlesALostReply() {
    assertThat(run(RESET, NOT_FOUND).kind()).isEqualTo(Kind.REFUSED);
  }

  @Test
  void refusalThatDidNotLeavesALostReplyInDoubt() {
    assertThat(run(RESET, FORBIDDEN).kind()).isEqualTo(Kind.UNKNOWN);
    assertThat(run(BUSY, FORBIDDEN).kind()).isEqualTo(Kind.UNKNOWN);
  }

  @Test
  void requestThatNeverLeftIsNotInDoubt() {
    assertThat(run(REFUSED, FORBIDDEN).kind()).isEqualTo(Kind.REFUSED);
  }

  @Test
  void withoutATokenALostReplyStaysInDoubt() {
    network.addAll(List.of(RESET, reply(400, "{\"Code\":\"CredentialNotFound\"}")));

    CallEnd end = attempts().run(CONTRACT.operation("DeleteCredential"), any(), LIMIT);

    assertThat(end.kind()).isEqualTo(Kind.UNKNOWN);
  }

  @Test
  void readsHaveNoEffectToBeInDoubtAbout() {
    network.addAll(List.of(RESET, FORBIDDEN));

    CallEnd end = attempts().run(CONTRACT.operation("DescribeLogstash"), any(), LIMIT);

    assertThat(end.kind()).isEqualTo(Kind.REFUSED);
  }

  private CallEnd run(Object... answers) {
    return run(LIMIT, answers);
  }

  private CallEnd run(Duration limit, Object... answers) {
    network.addAll(List.of(answers));
    CallEnd end = attempts().run(CONTRACT.operation("InterruptLogstashTask"), any(), limit);
    assertThat(network).as("answers that nobody asked for").isEmpty();
    return end;
  }

  private CallAttempts attempts() {
    return new CallAttempts(
        (request, added, limit) -> answer(added, limit),
        request -> Map.of("nonce", Integer.toString(signatures.size())),
        () -> now,
        nanos -> {
          pauses.add(Duration.ofNanos(nanos));
          now += nanos;
        },
        () -> chance,
        (attempt, reply, failure) -> told.add(attempt));
  }

  private CallReply answer(Map<String, String> added, Duration limit) throws IOException {
    signatures.add(added);
    limits.add(limit);
    now += oneAttemptTakes.toNanos();
    Object next = network.remove();
    if (next instanceof IOException failure) {
      throw failure;
    }
    return (CallReply) next;
  }

  private static CallRequest any() {
    return new CallRequest(
        CallEndpoint.parse(CallEndpoint.DEFAULT),
        CONTRACT.operation("DescribeLogstash"),
        Map.of("InstanceId", "ls"),
        new byte[0]);
  }

  private static CallReply reply(int status, String body) {
    return new CallReply(status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
  }
}
