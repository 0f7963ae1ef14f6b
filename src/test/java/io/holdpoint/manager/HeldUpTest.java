package io.holdpoint.manager;

import static io.holdpoint.manager.BatcherBench.outcomes;
import static io.holdpoint.manager.BatcherBench.rolledBack;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.Command.Steer;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Outcome.Kind;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Somebody holds one task's row: its commands wait, nobody else does. */
class HeldUpTest {
  private final BatcherBench bench = new BatcherBench();

  @Test
  void laterCommandsOfAStuckInstanceDoNotStandInFrontOfOthers() {
    lock("ls-stuck");
    bench.submit(stuck("a"));
    List<Future<Outcome>> others = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      bench.submit(stuck("again " + i));
      others.add(bench.submit(bench.interrupt("other " + i)));
    }

    assertThat(others).allMatch(outcome -> outcome.result().kind() == Kind.APPLIED);
    assertThat(bench.sent.stream().filter(batch -> batch.toString().contains("other")))
        .as("no statement of others holds a command of the stuck instance")
        .noneMatch(batch -> batch.stream().anyMatch(token -> !token.startsWith("other")));
  }

  @Test
  void commandsOfAStuckInstanceGoTogetherAndGetTheirAnswerWhenTheRowIsFree() {
    BatcherBench slow = new BatcherBench();
    Future<Outcome> first = slow.submit(stuck("a"));
    Future<Outcome> second = slow.submit(stuck("b"));
    Future<Outcome> third = slow.submit(stuck("c"));

    slow.fail(rolledBack());
    slow.fail(rolledBack());
    slow.succeedAll();

    assertThat(List.of(first, second, third))
        .allMatch(outcome -> outcome.result().kind() == Kind.APPLIED);
    assertThat(slow.sent).hasSizeLessThanOrEqualTo(4);
    slow.assertNobodyWaits();
  }

  @Test
  void stuckCommandsGiveUpAtTheirDeadlineAndLeaveNothingBehind() {
    lock("ls-stuck");

    Future<Outcome> outcome = bench.submit(stuck("a"));

    assertThat(outcome.result().kind()).isEqualTo(Kind.UNAVAILABLE);
    bench.assertNobodyWaits();
    bench.database(batch -> Future.succeededFuture(outcomes(batch, Kind.APPLIED)));
    assertThat(bench.submit(stuck("b")).result().kind()).isEqualTo(Kind.APPLIED);
    bench.assertNobodyWaits();
  }

  @Test
  void copyWhoseFirstRequestIsStillUnderWayAtItsDeadlineIsToldSo() {
    Future<Outcome> first = bench.submit(bench.interrupt("a"));
    Future<Outcome> copy = bench.submit(bench.interrupt("a"));

    bench.pass(BatcherBench.DEADLINE_MILLIS);

    assertThat(copy.result().kind()).isEqualTo(Kind.IN_PROGRESS);
    bench.succeed(Kind.APPLIED);
    assertThat(first.result().kind()).isEqualTo(Kind.APPLIED);
    bench.assertNobodyWaits();
  }

  @Test
  void lastQuarterOfTheQueueIsForInterrupts() {
    BatcherBench small = new BatcherBench(8, 1 << 20, 256);
    List<Future<Outcome>> resumes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      resumes.add(small.submit(small.resume("r" + i)));
    }
    Future<Outcome> interrupt = small.submit(small.interrupt("i"));

    assertThat(resumes.stream().filter(Future::isComplete))
        .hasSize(2)
        .allMatch(outcome -> outcome.result().kind() == Kind.OVERLOADED);
    assertThat(interrupt.isComplete()).isFalse();
    while (!interrupt.isComplete()) {
      small.succeedAll();
    }
    small.assertNobodyWaits();
  }

  private void lock(String instance) {
    bench.database(
        batch ->
            batch.stream().anyMatch(command -> command.instanceId().equals(instance))
                ? Future.failedFuture(rolledBack())
                : Future.succeededFuture(outcomes(batch, Kind.APPLIED)));
  }

  private Steer stuck(String token) {
    return bench.command(Operation.INTERRUPT, "default", "ls-stuck", token, null);
  }
}
