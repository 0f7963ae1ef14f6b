package io.holdpoint.manager;

import static io.holdpoint.manager.BatcherBench.broken;
import static io.holdpoint.manager.BatcherBench.conflict;
import static io.holdpoint.manager.BatcherBench.outcomes;
import static io.holdpoint.manager.BatcherBench.rolledBack;
import static io.holdpoint.manager.BatcherBench.unknown;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.store.SteerStore.Applied;
import io.holdpoint.store.StoreException;
import io.holdpoint.task.Command.Steer;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Outcome.Kind;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a batch whose statement failed, by what is known of its effect. */
class BatchRunTest {
  private static final String BAD = "bad";

  /** One command in flight, and these queued behind it as one batch. */
  private static List<Future<Outcome>> queued(BatcherBench bench, List<String> tokens) {
    bench.submit(bench.interrupt("in flight"));
    List<Future<Outcome>> outcomes = new ArrayList<>();
    tokens.forEach(token -> outcomes.add(bench.submit(bench.interrupt(token))));
    return outcomes;
  }

  private static List<String> tokens(int count) {
    return IntStream.range(0, count).mapToObj(i -> "t" + i).toList();
  }

  @Test
  void conflictRunsWholeAgainOnceAndThenInParts() {
    BatcherBench bench = new BatcherBench();
    List<String> tokens = tokens(64);
    List<Future<Outcome>> outcomes = queued(bench, tokens);
    bench.succeed(Kind.APPLIED);

    bench.fail(conflict());
    assertThat(bench.sent).hasSize(3).endsWith(tokens, tokens);
    bench.fail(conflict());
    bench.succeedAll();

    assertThat(bench.sent.subList(3, bench.sent.size()))
        .hasSize(32)
        .allMatch(part -> part.size() == 2);
    assertThat(outcomes).allMatch(outcome -> outcome.result().kind() == Kind.APPLIED);
    assertThat(bench.pauses).isEmpty();
    bench.assertNobodyWaits();
  }

  @Test
  void rolledBackBatchIsSplitAtOnce() {
    BatcherBench bench = new BatcherBench();
    List<Future<Outcome>> outcomes = queued(bench, tokens(64));
    bench.succeed(Kind.APPLIED);

    bench.fail(rolledBack());
    bench.succeedAll();

    assertThat(bench.sent.subList(2, bench.sent.size()))
        .hasSize(32)
        .allMatch(part -> part.size() == 2);
    assertThat(outcomes).allMatch(outcome -> outcome.result().kind() == Kind.APPLIED);
    bench.assertNobodyWaits();
  }

  static Stream<StoreException> failures() {
    return Stream.of(conflict(), rolledBack(), broken());
  }

  @ParameterizedTest
  @MethodSource("failures")
  void oneBadMemberOfAFullBatchHarmsNobodyElse(StoreException failure) {
    BatcherBench bench = new BatcherBench();
    List<String> tokens = new ArrayList<>(tokens(255));
    tokens.add(100, BAD);
    List<Future<Outcome>> outcomes = queued(bench, tokens);
    bench.database(unlessBad(failure));

    bench.succeed(Kind.APPLIED);

    for (int i = 0; i < tokens.size(); i++) {
      Kind expected = tokens.get(i).equals(BAD) ? Kind.UNAVAILABLE : Kind.APPLIED;
      assertThat(outcomes.get(i).result().kind()).as(tokens.get(i)).isEqualTo(expected);
    }
    assertThat(bench.sent.stream().filter(batch -> batch.contains("t0")))
        .as("statements with a member that was well")
        .hasSizeLessThanOrEqualTo(4);
    bench.assertNobodyWaits();
  }

  private static Function<List<Steer>, Future<List<Applied>>> unlessBad(StoreException failure) {
    return batch ->
        batch.stream().anyMatch(command -> command.ticket().clientToken().equals(BAD))
            ? Future.failedFuture(failure)
            : Future.succeededFuture(outcomes(batch, Kind.APPLIED));
  }

  @Test
  void unknownOutcomeRunsTheSameTokensAgainUntilItIsKnown() {
    BatcherBench bench = new BatcherBench();
    List<Future<Outcome>> outcomes = queued(bench, tokens(3));
    bench.succeed(Kind.APPLIED);

    bench.fail(unknown());
    bench.fail(unknown());
    bench.succeed(Kind.REPLAYED);

    assertThat(bench.sent.subList(1, 4)).containsExactly(tokens(3), tokens(3), tokens(3));
    assertThat(outcomes).allMatch(outcome -> outcome.result().kind() == Kind.REPLAYED);
    bench.assertNobodyWaits();
  }

  @Test
  void unknownOutcomeIsGivenUpAtTheDeadlineAndNeverCalledFalse() {
    BatcherBench bench = new BatcherBench();
    bench.database(batch -> Future.failedFuture(unknown()));

    Future<Outcome> outcome = bench.submit(bench.interrupt("a"));

    assertThat(outcome.result()).isEqualTo(Outcome.of(Kind.UNAVAILABLE));
    assertThat(bench.sent).hasSizeGreaterThan(5).allMatch(batch -> batch.equals(List.of("a")));
    assertThat(bench.pauses).allMatch(millis -> millis >= 10 && millis <= 200);
    long waited = bench.pauses.stream().mapToLong(Long::longValue).sum();
    assertThat(waited).isBetween(BatcherBench.DEADLINE_MILLIS, BatcherBench.DEADLINE_MILLIS + 200);
    assertThat(bench.published).isEmpty();
    bench.assertNobodyWaits();
  }

  @Test
  void expiredCommandIsNeverSent() {
    BatcherBench bench = new BatcherBench();
    List<Future<Outcome>> late = queued(bench, List.of("late"));
    bench.pass(BatcherBench.DEADLINE_MILLIS - 1);
    Future<Outcome> fresh = bench.submit(bench.interrupt("fresh"));
    bench.pass(1);

    bench.succeedAll();

    assertThat(bench.sent).containsExactly(List.of("in flight"), List.of("fresh"));
    assertThat(late.get(0).result()).isEqualTo(Outcome.of(Kind.UNAVAILABLE));
    assertThat(fresh.result().kind()).isEqualTo(Kind.APPLIED);
    assertThat(bench.registry.get("holdpoint.commands.expired").counter().count()).isEqualTo(1);
    bench.assertNobodyWaits();
  }

  @Test
  void heldUpCommandLetsOthersGoFirstAndSucceedsInTheEnd() {
    BatcherBench bench = new BatcherBench();
    Future<Outcome> heldUp = bench.submit(bench.interrupt("held up"));
    Future<Outcome> other = bench.submit(bench.interrupt("other"));

    bench.fail(rolledBack());
    bench.succeedAll();

    assertThat(heldUp.result().kind()).isEqualTo(Kind.APPLIED);
    assertThat(other.result().kind()).isEqualTo(Kind.APPLIED);
    assertThat(bench.sent)
        .containsExactly(List.of("held up"), List.of("other"), List.of("held up"));
    bench.assertNobodyWaits();
  }

  @Test
  void brokenStatementIsNotTriedAgain() {
    BatcherBench bench = new BatcherBench();

    Future<Outcome> outcome = bench.submit(bench.interrupt("a"));
    bench.fail(broken());

    assertThat(outcome.result()).isEqualTo(Outcome.of(Kind.UNAVAILABLE));
    assertThat(bench.sent).hasSize(1);
    bench.assertNobodyWaits();
  }

  @Test
  void defectOfOursLeavesNobodyWaiting() {
    BatcherBench bench = new BatcherBench();
    bench.database(
        batch -> {
          throw new IllegalStateException("a defect");
        });

    Future<Outcome> outcome = bench.submit(bench.interrupt("a"));

    assertThat(outcome.result()).isEqualTo(Outcome.of(Kind.UNAVAILABLE));
    bench.assertNobodyWaits();
    bench.database(batch -> Future.succeededFuture(outcomes(batch, Kind.APPLIED)));
    assertThat(bench.submit(bench.interrupt("b")).result().kind()).isEqualTo(Kind.APPLIED);
    bench.assertNobodyWaits();
  }

  @Test
  void eventsArePublishedOnceAndOnlyWhenSomethingChanged() {
    BatcherBench bench = new BatcherBench();
    bench.submit(bench.interrupt("a"));
    bench.fail(unknown());
    bench.succeed(Kind.APPLIED);
    bench.submit(bench.interrupt("b"));
    bench.succeed(Kind.ALREADY);

    assertThat(bench.published).hasSize(1);
    bench.assertNobodyWaits();
  }
}
