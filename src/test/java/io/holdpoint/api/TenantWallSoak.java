package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.auth.Role;
import io.holdpoint.auth.SignatureScheme;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.RawHttp;
import io.holdpoint.testkit.SignedClient;
import io.holdpoint.testkit.SignedPair;
import io.holdpoint.testkit.TestDatabase;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How long the answer about another account's instance takes beside the one about an instance that
 * does not exist: asked for in turn, over one connection, and printed. Only the answers are judged:
 * a clock on the wall proves nothing on a busy machine.
 */
@ExtendWith(DatabaseExtension.class)
class TenantWallSoak {
  private static final int WARM_UP = 200;
  private static final int ROUNDS =
      Math.max(
          200,
          (int) (2_000 * Double.parseDouble(System.getProperty("holdpoint.soak.factor", "1"))));

  private static SignedPair nodes;
  private static SignedClient alpha;
  private static String foreign;

  @BeforeAll
  static void start(TestDatabase database) {
    nodes = new SignedPair(database, Map.of());
    alpha = client("alpha");
    foreign = client("beta").changingInstance();
    alpha.changingInstance();
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  private static SignedClient client(String account) {
    return nodes.client(
        SignatureScheme.ACS3_HMAC_SHA256,
        nodes.issuer().add(account, "somebody", Role.ADMINISTRATOR));
  }

  static Stream<OperationSample> samples() throws Exception {
    List<String> measured =
        List.of("InterruptLogstashTask", "DescribeLogstash", "RestartLogstash", "PutInstanceNodes");
    return OperationSample.all().stream()
        .filter(sample -> measured.contains(sample.operation().id()));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void foreignAndUnknownTakeAlike(OperationSample sample, TestReporter reporter)
      throws IOException {
    long[] unknowns = new long[ROUNDS];
    long[] foreigns = new long[ROUNDS];
    try (RawHttp http = RawHttp.connect(nodes.one())) {
      for (int i = -WARM_UP; i < ROUNDS; i++) {
        String unknown = "ls-cn-" + UUID.randomUUID().toString().substring(0, 11);
        // The order within a pair changes, so that neither is always the second.
        long first = nanos(http, sample, i % 2 == 0 ? unknown : foreign);
        long second = nanos(http, sample, i % 2 == 0 ? foreign : unknown);
        if (i >= 0) {
          unknowns[i] = i % 2 == 0 ? first : second;
          foreigns[i] = i % 2 == 0 ? second : first;
        }
      }
    }
    reporter.publishEntry("tenant wall", figures(sample, unknowns, foreigns));
  }

  private static long nanos(RawHttp http, OperationSample sample, String instance)
      throws IOException {
    byte[] request = sample.signed(alpha, instance, "none").bytes();
    long start = System.nanoTime();
    RawHttp.Reply reply = http.send(request).read();
    long took = System.nanoTime() - start;
    assertThat(reply).isNotNull();
    assertThat(reply.code()).as(reply.body()).isEqualTo("InstanceNotFound");
    return took;
  }

  private static String figures(OperationSample sample, long[] unknowns, long[] foreigns) {
    Arrays.sort(unknowns);
    Arrays.sort(foreigns);
    return ("%s, %d pairs: p50 unknown %.0f us, foreign %.0f us (%+.1f %%);"
            + " p25 %.0f and %.0f us; p90 %.0f and %.0f us")
        .formatted(
            sample,
            ROUNDS,
            micros(unknowns, 50),
            micros(foreigns, 50),
            100 * (micros(foreigns, 50) / micros(unknowns, 50) - 1),
            micros(unknowns, 25),
            micros(foreigns, 25),
            micros(unknowns, 90),
            micros(foreigns, 90));
  }

  private static double micros(long[] sorted, int percent) {
    return sorted[sorted.length * percent / 100] / 1_000.0;
  }
}
