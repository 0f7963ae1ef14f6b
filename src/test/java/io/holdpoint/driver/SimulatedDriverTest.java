package io.holdpoint.driver;

import static io.holdpoint.driver.Judgement.Verdict.BAD;
import static io.holdpoint.driver.Judgement.Verdict.GOOD;
import static io.holdpoint.driver.Judgement.Verdict.WAIT;
import static io.holdpoint.driver.SimulatedHost.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.driver.Judgement.Verdict;
import io.holdpoint.driver.RunState.Phase;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The process of a simulated node, and what a driver promises of files and commands. */
class SimulatedDriverTest {
  private final SimulatedHost host = new SimulatedHost(Map.of());

  @Test
  void freshNodeIsGoodAndStaysTheSame() {
    NodeView before = host.view();

    assertThat(before.version()).isEqualTo("8.19.3");
    assertThat(before.pipelines()).containsOnlyKeys("main");
    assertThat(judged(before, Wanted.UNCHANGED)).isEqualTo(GOOD);
    assertThat(Goodness.flows(before, host.view())).as("no time has passed").isFalse();
    host.pass(1_000);
    assertThat(Goodness.flows(before, host.view())).isTrue();
    assertThat(now(host.driver().readLink(host.node(), "/usr/share/logstash")))
        .isEqualTo("/usr/share/logstash-8.19.3");
  }

  @Test
  void restartIsAnotherProcessOfTheSameNode() {
    NodeView before = host.view();

    host.stop();
    host.pass(199);
    assertThat(host.probe().detail()).isEqualTo("draining, SIGTERM was sent");
    assertThat(host.view().status()).as("the API keeps saying").isEqualTo("green");
    host.pass(1);
    assertThat(host.probe().up()).isFalse();
    assertThat(host.view().detail()).isEqualTo("exited with 0");
    assertThat(judged(before, Wanted.RESTARTED)).isEqualTo(BAD);
    host.start();
    host.start();
    assertThat(judged(before, Wanted.RESTARTED)).as("no API yet").isEqualTo(WAIT);
    host.pass(150);
    assertThat(host.view().pipelines().get("main").state()).isEqualTo("LOADING");
    assertThat(judged(before, Wanted.RESTARTED)).isEqualTo(WAIT);
    host.pass(150);
    assertThat(judged(before, Wanted.RESTARTED)).isEqualTo(GOOD);
  }

  @Test
  void stopThatBlocksGoesOnForEverAndIsEndedByKill() {
    SimulatedHost blocked = new SimulatedHost(Map.of("blockedStop", true));

    blocked.stop();
    blocked.pass(1_000_000_000);

    assertThat(blocked.probe().up()).isTrue();
    blocked.signal(NodeSignal.KILL);
    assertThat(blocked.probe().up()).isFalse();
    assertThat(blocked.probe().detail()).isEqualTo("killed by SIGKILL");
    blocked.signal(NodeSignal.KILL);
    blocked.start();
    blocked.pass(300);
    assertThat(blocked.view().answers()).isTrue();
  }

  @Test
  void firstStartsFailAsPlanned() {
    SimulatedHost failing = new SimulatedHost(Map.of("failStarts", 2));
    NodeView before = failing.view();

    for (int start = 1; start <= 2; start++) {
      failing.restart();
      assertThat(failing.view().detail()).isEqualTo("exited with 1 while starting");
    }
    failing.restart();

    assertThat(Goodness.judge(failing.view(), before, Wanted.RESTARTED).verdict()).isEqualTo(GOOD);
  }

  @Test
  void onlyTheRootOfTheApiTakesTheTimeOfALook() {
    SimulatedHost slow = new SimulatedHost(Map.of("checkMillis", 30));

    assertThat(slow.driver().get(slow.node(), "/").toCompletableFuture()).isNotDone();
    assertThat(slow.driver().get(slow.node(), "/_node").toCompletableFuture()).isCompleted();
    assertThat(slow.driver().probe(slow.node()).toCompletableFuture()).isCompleted();
    assertThat(slow.view().answers()).isTrue();
  }

  @Test
  void nodeWithUnreadableSettingsIsRefusedNotThrown() {
    SimulatedHost wrong = new SimulatedHost(Map.of("home", "relative"));

    assertThatThrownBy(() -> now(wrong.driver().read(wrong.node(), "/x")))
        .hasCauseInstanceOf(NodeException.class)
        .hasMessageContaining("home");
  }

  @Test
  void stagedFileIsCommittedOnceHoweverOften() {
    byte[] text = "new".getBytes(StandardCharsets.UTF_8);
    String target = "/etc/logstash/deep/er/x.conf";

    String staged = now(host.driver().stage(host.node(), target, text));

    assertThat(now(host.driver().stage(host.node(), target, text))).isEqualTo(staged);
    assertThat(host.text(target)).isEmpty();
    now(host.driver().commit(host.node(), staged, target));
    now(host.driver().commit(host.node(), staged, target));
    assertThat(host.text(target)).isEqualTo("new");
    assertThat(now(host.driver().read(host.node(), staged)).exists()).isFalse();
    now(host.driver().remove(host.node(), target));
    now(host.driver().remove(host.node(), target));
    assertThat(now(host.driver().read(host.node(), target)).exists()).isFalse();
  }

  @Test
  void commandOfOneIdRunsOnce() {
    SimulatedHost slow = new SimulatedHost(Map.of("commandMillis", 100));
    NodeCommand install =
        new NodeCommand(
            "task-1-install",
            List.of("/usr/share/logstash/bin/logstash-plugin", "install", "logstash-filter-x"));
    assertThat(now(slow.driver().runState(slow.node(), install.id()))).isEqualTo(RunState.ABSENT);

    assertThat(now(slow.driver().run(slow.node(), install)).phase()).isEqualTo(Phase.RUNNING);
    slow.pass(100);

    RunState ended = now(slow.driver().runState(slow.node(), install.id()));
    assertThat(ended.succeeded()).isTrue();
    assertThat(now(slow.driver().run(slow.node(), install))).isEqualTo(ended);
  }

  private Verdict judged(NodeView before, Wanted wanted) {
    return Goodness.judge(host.view(), before, wanted).verdict();
  }
}
