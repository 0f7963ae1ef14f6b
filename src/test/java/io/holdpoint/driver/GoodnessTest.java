package io.holdpoint.driver;

import static io.holdpoint.driver.GoodnessRows.ADDED;
import static io.holdpoint.driver.GoodnessRows.CHANGED;
import static io.holdpoint.driver.GoodnessRows.REMOVED;
import static io.holdpoint.driver.GoodnessRows.version;
import static io.holdpoint.driver.Judgement.Verdict.BAD;
import static io.holdpoint.driver.Judgement.Verdict.GOOD;
import static io.holdpoint.driver.Judgement.Verdict.WAIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.driver.Judgement.Verdict;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row is a pair of looks at the API's documents: before a change, and now. */
class GoodnessTest {
  @ParameterizedTest
  @MethodSource({
    "io.holdpoint.driver.GoodnessRows#facts",
    "io.holdpoint.driver.GoodnessRows#process",
    "io.holdpoint.driver.GoodnessRows#pipelines",
    "io.holdpoint.driver.GoodnessRows#rest"
  })
  void nodeIsJudgedByItsDocuments(GoodnessRows.Row row) {
    NodeView before = row.before().apply(new NodeAnswers()).view();
    NodeView now = row.now().apply(new NodeAnswers()).view();
    assertThat(before.answers() && now.answers()).isTrue();

    Judgement judgement = Goodness.judge(now, before, row.wanted());

    assertThat(judgement.verdict()).as(judgement.reason()).isEqualTo(row.verdict());
    assertThat(judgement.reason()).contains(row.reason());
  }

  @Test
  void deadProcessIsBadAndASilentOneIsWaitedFor() {
    NodeView before = new NodeAnswers().view();
    NodeView dead = NodeView.silent(new ProcessState(false, null, ""), "exited with 1");
    NodeView silent = NodeView.silent(StubbedDriver.RUNNING, "no answer in 5 s");

    assertThat(Goodness.judge(dead, before, Wanted.RESTARTED))
        .isEqualTo(Judgement.bad("not running: exited with 1"));
    assertThat(Goodness.judge(silent, before, Wanted.RESTARTED))
        .isEqualTo(Judgement.wait("its API is silent: no answer in 5 s"));
  }

  @Test
  void answersOfTwoProcessesAreWaitedOut() {
    NodeAnswers old = new NodeAnswers();
    NodeAnswers fresh = new NodeAnswers().restarted();
    StubbedDriver driver =
        new StubbedDriver(path -> (path.equals("/_node/stats") ? fresh : old).reply(path));

    NodeView mixed = new LogstashApi(driver).view(NodeAnswers.NODE).toCompletableFuture().join();

    assertThat(Goodness.judge(mixed, old.view(), Wanted.RESTARTED).verdict()).isEqualTo(WAIT);
  }

  @Test
  void baselineThatWasSilentDemandsOnlyWhatIsWanted() {
    NodeView silent = NodeView.silent(StubbedDriver.RUNNING, "no answer in 5 s");

    assertThat(judged(new NodeAnswers(), silent, Wanted.RESTARTED)).isEqualTo(GOOD);
    assertThat(judged(new NodeAnswers(), silent, CHANGED)).isEqualTo(GOOD);
    assertThat(judged(new NodeAnswers(), silent, ADDED)).isEqualTo(WAIT);
    assertThat(judged(new NodeAnswers(), silent, REMOVED)).isEqualTo(WAIT);
    assertThat(judged(new NodeAnswers(), silent, version("9.1.0"))).isEqualTo(WAIT);
    NodeAnswers failedOnce = new NodeAnswers().failedReload("main", "broken");
    assertThat(judged(failedOnce, silent, Wanted.RESTARTED)).isEqualTo(GOOD);
    assertThat(judged(failedOnce, silent, CHANGED)).isEqualTo(WAIT);
    NodeAnswers crashed = new NodeAnswers().state("aux", "red", "TERMINATED");
    assertThat(judged(crashed, silent, Wanted.RESTARTED)).isEqualTo(BAD);
  }

  @Test
  void greenWithoutAnyEventDoesNotFlow() {
    NodeView before = new NodeAnswers().view();

    assertThat(Goodness.judge(new NodeAnswers().view(), before, Wanted.UNCHANGED).verdict())
        .isEqualTo(GOOD);
    assertThat(Goodness.flows(before, new NodeAnswers().view())).isFalse();
  }

  @Test
  void flowIsEventsThatGoOnAndPileUpNowhere() {
    NodeView before = new NodeAnswers().view();

    assertThat(flows(before, now -> now.events("main", 11, 11, 0))).isTrue();
    assertThat(flows(before, now -> now.events("main", 11, 10, 0))).as("dropped").isTrue();
    assertThat(flows(before, now -> now.events("main", 10, 11, 0))).as("drained").isTrue();
    assertThat(flows(before, now -> now.events("main", 12, 11, 1))).as("behind").isTrue();
    assertThat(flows(before, now -> now.events("main", 11, 10, 1))).as("piled up").isFalse();
    assertThat(flows(before, now -> now.events("main", 11, 11, 0).events("aux", 11, 10, 1)))
        .as("one piled up")
        .isFalse();
    assertThat(flows(before, now -> now.events("main", 1, 1, 0).restarted()))
        .as("counters began anew")
        .isTrue();
    assertThat(flows(before, now -> now.events("main", 0, 0, 0).events("aux", 0, 0, 0).restarted()))
        .isFalse();
  }

  private static boolean flows(NodeView before, UnaryOperator<NodeAnswers> now) {
    return Goodness.flows(before, now.apply(new NodeAnswers()).view());
  }

  private static Verdict judged(NodeAnswers now, NodeView before, Wanted wanted) {
    return Goodness.judge(now.view(), before, wanted).verdict();
  }
}
