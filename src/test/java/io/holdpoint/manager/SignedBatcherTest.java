package io.holdpoint.manager;

import static io.holdpoint.manager.BatcherBench.signed;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.Command.Steer;
import io.holdpoint.task.Nonce;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Outcome.Kind;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Signed requests that arrive while their like is in flight. */
class SignedBatcherTest {
  private final BatcherBench bench = new BatcherBench();

  @Test
  void copiesOfOneRequestAreSentOnceAndGetItsAnswer() {
    Steer request = bench.interrupt("a");
    Nonce nonce = nonce();
    Future<Outcome> first = bench.submit(signed(request, nonce));
    Future<Outcome> copy = bench.submit(signed(request, nonce));

    bench.succeedAll();

    assertThat(bench.sent).containsExactly(List.of("a"));
    assertThat(first.result().kind()).isEqualTo(Kind.APPLIED);
    assertThat(copy.result().kind()).isEqualTo(Kind.REPLAYED);
    bench.assertNobodyWaits();
  }

  @Test
  void copyWithoutATokenIsKnownByItsNonceAlone() {
    Nonce nonce = nonce();
    Future<Outcome> first = bench.submit(signed(bench.interrupt(" 1"), nonce));
    Future<Outcome> copy = bench.submit(signed(bench.interrupt(" 2"), nonce));

    bench.succeedAll();

    assertThat(bench.sent).containsExactly(List.of(" 1"));
    assertThat(first.result().kind()).isEqualTo(Kind.APPLIED);
    assertThat(copy.result().kind()).isEqualTo(Kind.REPLAYED);
    bench.assertNobodyWaits();
  }

  @Test
  void copyOfARefusedRequestIsRefusedLikeIt() {
    Nonce nonce = nonce();
    bench.submit(signed(bench.interrupt(" 1"), nonce));
    Future<Outcome> copy = bench.submit(signed(bench.interrupt(" 2"), nonce));

    bench.succeed(Kind.NOT_FOUND);

    assertThat(copy.result().kind()).isEqualTo(Kind.NOT_FOUND);
    bench.assertNobodyWaits();
  }

  @Test
  void anotherRequestWithTheNonceIsRefused() {
    Nonce nonce = nonce();
    bench.submit(signed(bench.interrupt("a"), nonce));
    Future<Outcome> altered =
        bench.submit(signed(bench.interrupt("b"), new Nonce(nonce.id(), UUID.randomUUID())));

    bench.succeedAll();

    assertThat(bench.sent).containsExactly(List.of("a"));
    assertThat(altered.result().kind()).isEqualTo(Kind.NONCE_USED);
    bench.assertNobodyWaits();
  }

  @Test
  void repeatsThatWereSignedAnewGoTogetherOnceTheirTokenIsUsedUp() {
    Steer request = bench.interrupt("a");
    for (int i = 0; i < 4; i++) {
      bench.submit(signed(request, nonce()));
    }

    bench.succeedAll();

    assertThat(bench.sent).containsExactly(List.of("a"), List.of("a", "a", "a"));
    bench.assertNobodyWaits();
  }

  @Test
  void accountsDoNotMeetInANonce() {
    Nonce nonce = nonce();
    Steer ours = bench.interrupt("a");
    Steer theirs = bench.command(ours.operation(), "another", "ls-a", "a", null);
    bench.submit(signed(ours, nonce));
    Future<Outcome> other = bench.submit(signed(theirs, nonce));

    bench.succeedAll();

    assertThat(other.result().kind()).isEqualTo(Kind.APPLIED);
    bench.assertNobodyWaits();
  }

  private static Nonce nonce() {
    return new Nonce(UUID.randomUUID(), UUID.randomUUID());
  }
}
