package io.holdpoint.manager;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.Command.Steer;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Outcome.Kind;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who goes with whom, who waits for whom, and who is turned away. */
class BatcherTest {
  @Test
  void oneAloneGoesAtOnce() {
    BatcherBench bench = new BatcherBench();

    Future<Outcome> outcome = bench.submit(bench.interrupt("a"));

    assertThat(bench.sent).containsExactly(List.of("a"));
    assertThat(outcome.isComplete()).isFalse();
    bench.succeed(Kind.APPLIED);
    assertThat(outcome.result().kind()).isEqualTo(Kind.APPLIED);
    assertThat(bench.pauses).isEmpty();
    bench.assertNobodyWaits();
  }

  @Test
  void whatQueuesBehindGoesTogether() {
    BatcherBench bench = new BatcherBench();
    for (String token : List.of("a", "b", "c", "d")) {
      bench.submit(bench.interrupt(token));
    }

    bench.succeedAll();

    assertThat(bench.sent).containsExactly(List.of("a"), List.of("b", "c", "d"));
    assertThat(bench.published).hasSize(4);
    bench.assertNobodyWaits();
  }

  @Test
  void orderOnOneInstanceIsKept() {
    BatcherBench bench = new BatcherBench();
    for (String token : List.of("i1", "i2", "i3", "r1", "i4")) {
      Operation operation = token.startsWith("i") ? Operation.INTERRUPT : Operation.RESUME;
      bench.submit(bench.command(operation, "default", "ls-1", token, null));
    }

    bench.succeedAll();

    assertThat(bench.sent)
        .containsExactly(List.of("i1"), List.of("i2", "i3"), List.of("r1"), List.of("i4"));
    assertThat(bench.operations)
        .containsExactly(
            Operation.INTERRUPT, Operation.INTERRUPT, Operation.RESUME, Operation.INTERRUPT);
    bench.assertNobodyWaits();
  }

  @Test
  void operationsOnOtherInstancesAreOvertakenToMakeLargeBatches() {
    BatcherBench bench = new BatcherBench();
    bench.submit(bench.interrupt("in flight"));
    for (String instance : List.of("ls-1", "ls-2", "ls-3")) {
      bench.submit(bench.command(Operation.INTERRUPT, "default", instance, "i" + instance, null));
      bench.submit(bench.command(Operation.RESUME, "default", instance, "r" + instance, null));
    }
    bench.submit(bench.command(Operation.INTERRUPT, "default", "ls-1", "again", null));

    bench.succeedAll();

    assertThat(bench.sent)
        .containsExactly(
            List.of("in flight"),
            List.of("ils-1", "ils-2", "ils-3"),
            List.of("rls-1", "rls-2", "rls-3"),
            List.of("again"));
    bench.assertNobodyWaits();
  }

  @Test
  void anAccountsFloodDoesNotDelayAnothersInterrupt() {
    BatcherBench bench = new BatcherBench(10_000, 8 << 20, 256);
    for (int i = 0; i < 1_000; i++) {
      bench.submit(bench.command(Operation.INTERRUPT, "noisy", "ls-" + i, "n" + i, null));
    }
    Future<Outcome> quiet =
        bench.submit(bench.command(Operation.INTERRUPT, "quiet", "ls-1", "q", null));

    bench.succeed(Kind.APPLIED);
    bench.succeed(Kind.APPLIED);

    assertThat(quiet.isComplete()).isTrue();
    assertThat(bench.sent.get(1)).hasSize(256).contains("q");
    bench.succeedAll();
    bench.assertNobodyWaits();
  }

  @Test
  void anAccountsFloodDoesNotKeepAnothersInterruptOut() {
    BatcherBench bench = new BatcherBench(4, 8 << 20, 256);
    List<Future<Outcome>> noisy = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      noisy.add(bench.submit(bench.command(Operation.INTERRUPT, "noisy", "ls-1", "n" + i, null)));
    }

    Future<Outcome> quiet =
        bench.submit(bench.command(Operation.INTERRUPT, "quiet", "ls-1", "q", null));
    Future<Outcome> more =
        bench.submit(bench.command(Operation.INTERRUPT, "noisy", "ls-1", "n9", null));
    Future<Outcome> resume =
        bench.submit(bench.command(Operation.RESUME, "third", "ls-1", "r", null));

    assertThat(noisy.get(3).result()).isEqualTo(Outcome.of(Kind.OVERLOADED));
    assertThat(more.result()).isEqualTo(Outcome.of(Kind.OVERLOADED));
    assertThat(resume.result()).isEqualTo(Outcome.of(Kind.OVERLOADED));
    assertThat(quiet.isComplete()).isFalse();
    bench.succeedAll();
    assertThat(quiet.result().kind()).isEqualTo(Kind.APPLIED);
    assertThat(noisy.get(2).result().kind()).isEqualTo(Kind.APPLIED);
    bench.assertNobodyWaits();
  }

  @Test
  void accountsTakeTurnsInBeginningABatch() {
    BatcherBench bench = new BatcherBench(1_000, 8 << 20, 1);
    bench.submit(bench.interrupt("in flight"));
    for (int i = 0; i < 3; i++) {
      bench.submit(bench.command(Operation.INTERRUPT, "a", "ls-1", "a" + i, null));
    }
    bench.submit(bench.command(Operation.RESUME, "b", "ls-1", "b0", null));

    bench.succeedAll();

    assertThat(bench.sent.subList(1, 5))
        .containsExactly(List.of("a0"), List.of("b0"), List.of("a1"), List.of("a2"));
    bench.assertNobodyWaits();
  }

  @Test
  void everyAccountHasItsTurnBeforeAnyHasTwo() {
    BatcherBench bench = new BatcherBench(10_000, 8 << 20, 32);
    bench.submit(bench.interrupt("in flight"));
    for (int account = 0; account < 20; account++) {
      for (int i = 0; i < 40; i++) {
        String token = "t" + account + "-" + i;
        bench.submit(bench.command(Operation.INTERRUPT, "a" + account, "ls-" + i, token, null));
      }
    }

    bench.succeedAll();

    // A batch has room for the quantum of two accounts.
    assertThat(bench.sent.subList(1, 11).stream().flatMap(List::stream))
        .filteredOn(token -> token.endsWith("-0"))
        .hasSize(20);
    bench.assertNobodyWaits();
  }

  @Test
  void batchHasALimit() {
    BatcherBench bench = new BatcherBench(1_000, 8 << 20, 3);
    for (int i = 0; i < 8; i++) {
      bench.submit(bench.interrupt("t" + i));
    }

    bench.succeedAll();

    assertThat(bench.sent.stream().map(List::size)).containsExactly(1, 3, 3, 1);
    bench.assertNobodyWaits();
  }

  @Test
  void equalTokensAreSentOnceAndAnsweredAsReplays() {
    BatcherBench bench = new BatcherBench();
    Steer first = bench.interrupt("a");
    List<Future<Outcome>> outcomes = new ArrayList<>();
    outcomes.add(bench.submit(first));
    outcomes.add(bench.submit(bench.interrupt("a")));
    outcomes.add(bench.submit(bench.interrupt("a")));

    bench.succeedAll();

    assertThat(bench.sent).containsExactly(List.of("a"));
    assertThat(outcomes.get(0).result().kind()).isEqualTo(Kind.APPLIED);
    for (Future<Outcome> repeat : outcomes.subList(1, 3)) {
      assertThat(repeat.result())
          .isEqualTo(
              new Outcome(
                  Kind.REPLAYED, "true", BatcherBench.TASK, 3, first.ticket().requestId(), null));
    }
    bench.assertNobodyWaits();
  }

  @Test
  void equalTokensInTheQueueAreMergedToo() {
    BatcherBench bench = new BatcherBench();
    bench.submit(bench.interrupt("in flight"));
    bench.submit(bench.interrupt("a"));
    Future<Outcome> repeat = bench.submit(bench.interrupt("a"));
    bench.submit(bench.interrupt("b"));

    bench.succeedAll();

    assertThat(bench.sent).containsExactly(List.of("in flight"), List.of("a", "b"));
    assertThat(repeat.result().kind()).isEqualTo(Kind.REPLAYED);
    bench.assertNobodyWaits();
  }

  @Test
  void equalTokensOfTwoAccountsAreStrangers() {
    BatcherBench bench = new BatcherBench();
    bench.submit(bench.interrupt("in flight"));
    bench.submit(bench.command(Operation.INTERRUPT, "one", "ls-1", "a", null));
    bench.submit(bench.command(Operation.INTERRUPT, "two", "ls-1", "a", null));

    bench.succeedAll();

    assertThat(bench.sent).containsExactly(List.of("in flight"), List.of("a", "a"));
    bench.assertNobodyWaits();
  }

  @Test
  void tokenThatWasUsedUpMeanwhileFitsNoOtherIntent() {
    BatcherBench bench = new BatcherBench();
    bench.submit(bench.interrupt("a"));
    Future<Outcome> other = bench.submit(bench.resume("a"));
    Future<Outcome> repeat = bench.submit(bench.interrupt("a"));

    bench.succeedAll();

    assertThat(bench.sent).containsExactly(List.of("a"));
    assertThat(other.result()).isEqualTo(Outcome.of(Kind.MISMATCH));
    assertThat(repeat.result().kind()).isEqualTo(Kind.REPLAYED);
    bench.assertNobodyWaits();
  }

  @Test
  void tokenThatWasNotUsedUpIsFreeForTheNextIntent() {
    BatcherBench bench = new BatcherBench();
    Steer unknown = bench.command(Operation.INTERRUPT, "default", "ls-unknown", "a", null);
    bench.submit(unknown);
    Future<Outcome> repeat =
        bench.submit(bench.command(Operation.INTERRUPT, "default", "ls-unknown", "a", null));
    Future<Outcome> other = bench.submit(bench.interrupt("a"));
    Future<Outcome> otherAgain = bench.submit(bench.interrupt("a"));

    bench.succeed(Kind.NOT_FOUND);

    assertThat(repeat.result()).isEqualTo(Outcome.of(Kind.NOT_FOUND));
    assertThat(other.isComplete()).isFalse();
    bench.succeedAll();
    assertThat(bench.sent).containsExactly(List.of("a"), List.of("a"));
    assertThat(other.result().kind()).isEqualTo(Kind.APPLIED);
    assertThat(otherAgain.result().kind()).isEqualTo(Kind.REPLAYED);
    bench.assertNobodyWaits();
  }

  @Test
  void followerOfOneWithoutAnswerIsTheFirstNow() {
    BatcherBench bench = new BatcherBench();
    Future<Outcome> leader = bench.submit(bench.interrupt("a"));
    bench.pass(100);
    Future<Outcome> second = bench.submit(bench.interrupt("a"));
    Future<Outcome> third = bench.submit(bench.interrupt("a"));

    bench.fail(BatcherBench.broken());

    assertThat(leader.result().kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(second.isComplete()).isFalse();
    bench.succeedAll();
    assertThat(second.result().kind()).isEqualTo(Kind.APPLIED);
    assertThat(third.result().kind()).isEqualTo(Kind.REPLAYED);
    assertThat(bench.sent).containsExactly(List.of("a"), List.of("a"));
    bench.assertNobodyWaits();
  }

  @Test
  void followerWhoseTimeIsUpIsToldThatTheFirstIsUnderWay() {
    BatcherBench bench = new BatcherBench();
    bench.submit(bench.interrupt("a"));
    Future<Outcome> repeat = bench.submit(bench.interrupt("a"));

    bench.pass(BatcherBench.DEADLINE_MILLIS);
    bench.fail(BatcherBench.unknown());

    assertThat(repeat.result()).isEqualTo(Outcome.of(Kind.IN_PROGRESS));
    assertThat(bench.sent).hasSize(1);
    bench.assertNobodyWaits();
  }

  @Test
  void fullQueueTurnsAwayAtOnceAndHasRoomAgainAfterwards() {
    BatcherBench bench = new BatcherBench(3, 8 << 20, 256);
    bench.submit(bench.interrupt("in flight"));
    bench.submit(bench.interrupt("queued"));
    bench.submit(bench.interrupt("queued"));

    Future<Outcome> refused = bench.submit(bench.resume("one too many"));

    assertThat(refused.result()).isEqualTo(Outcome.of(Kind.OVERLOADED));
    assertThat(bench.overloaded(Operation.RESUME)).isEqualTo(1);
    assertThat(bench.overloaded(Operation.INTERRUPT)).isZero();
    bench.succeedAll();
    bench.assertNobodyWaits();
    assertThat(bench.submit(bench.resume("one too many")).isComplete()).isFalse();
    bench.succeedAll();
    bench.assertNobodyWaits();
  }

  @Test
  void queueIsFullByBytesToo() {
    BatcherBench bench = new BatcherBench(1_000, 64 << 10, 256);
    Steer heavy =
        bench.command(Operation.INTERRUPT, "default", "ls-1", "heavy", "x".repeat(32_000));
    bench.submit(heavy);

    Future<Outcome> refused =
        bench.submit(
            bench.command(Operation.INTERRUPT, "default", "ls-1", "more", "x".repeat(2_000)));
    Future<Outcome> light = bench.submit(bench.interrupt("light"));

    assertThat(refused.result()).isEqualTo(Outcome.of(Kind.OVERLOADED));
    assertThat(bench.overloaded(Operation.INTERRUPT)).isEqualTo(1);
    assertThat(light.isComplete()).isFalse();
    bench.succeedAll();
    bench.assertNobodyWaits();
  }
}
