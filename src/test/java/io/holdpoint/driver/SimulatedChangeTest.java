package io.holdpoint.driver;

import static io.holdpoint.driver.Judgement.Verdict.BAD;
import static io.holdpoint.driver.Judgement.Verdict.GOOD;
import static io.holdpoint.driver.Judgement.Verdict.WAIT;
import static io.holdpoint.driver.SimulatedHost.MAIN;
import static io.holdpoint.driver.SimulatedHost.SETTINGS;
import static io.holdpoint.driver.SimulatedHost.now;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every kind of change, done by hand on a simulated node. */
class SimulatedChangeTest {
  private static final String HOME = "/usr/share/logstash";
  private static final Wanted CHANGED =
      new Wanted(false, null, Set.of("main"), Set.of(), Set.of(), Set.of(), Map.of(), Set.of());

  private final SimulatedHost host = new SimulatedHost(Map.of());
  private final NodeView before = host.view();

  @Test
  void settingsCountFromTheNextProcessOn() {
    host.put(SETTINGS + "/logstash.yml", "pipeline:\n  workers: 7\npipeline.batch.size: 500\n");
    assertThat(host.view().pipelines().get("main").workers()).isEqualTo(2);

    host.restart();

    assertThat(host.view().pipelines().get("main").workers()).isEqualTo(7);
    assertThat(host.view().pipelines().get("main").batchSize()).isEqualTo(500);
    assertThat(judged(Wanted.RESTARTED)).isEqualTo(GOOD);
  }

  @Test
  void brokenSettingsEndTheNextProcess() {
    host.put(SETTINGS + "/logstash.yml", "a: [");

    host.restart();

    assertThat(host.view().detail()).isEqualTo("exited with 1 while starting");
  }

  @Test
  void textIsLoadedByItself() {
    assertThat(judged(CHANGED)).isEqualTo(WAIT);

    host.put(MAIN, "input { generator {} }");

    assertThat(judged(CHANGED)).isEqualTo(GOOD);
    assertThat(host.view().pipelines().get("main").reloadSuccesses()).isEqualTo(1);
  }

  @Test
  void withoutAutoReloadTextIsLoadedByHup() {
    host.put(SETTINGS + "/logstash.yml", "config.reload.automatic: false\n");
    host.restart();
    NodeView restarted = host.view();
    host.signal(NodeSignal.HUP);
    assertThat(host.view()).as("nothing changed").isEqualTo(restarted);

    host.put(MAIN, "input { generator {} }");

    assertThat(Goodness.judge(host.view(), restarted, CHANGED).verdict()).isEqualTo(WAIT);
    host.signal(NodeSignal.HUP);
    assertThat(Goodness.judge(host.view(), restarted, CHANGED).verdict()).isEqualTo(GOOD);
  }

  @Test
  void refusedTextLeavesTheOldOneRunningAndRevertingIsNoNews() {
    String old = host.text(MAIN);
    host.put(MAIN, "syntax_error");

    NodeView refused = host.view();

    assertThat(refused.status()).isEqualTo("green");
    assertThat(refused.pipelines().get("main").state()).isEqualTo("RUNNING");
    assertThat(judged(CHANGED)).isEqualTo(BAD);
    host.put(MAIN, old);
    NodeView reverted = host.view();
    assertThat(reverted.pipelines()).isEqualTo(refused.pipelines());
    assertThat(Goodness.judge(reverted, refused, Wanted.UNCHANGED).verdict()).isEqualTo(GOOD);
  }

  @Test
  void textThatFailsToRegisterKillsThePipelineAndRevertingRevivesIt() {
    String old = host.text(MAIN);
    host.put(MAIN, "register_error");

    NodeView.PipelineView dead = host.view().pipelines().get("main");

    assertThat(dead.state()).isEqualTo("UNKNOWN");
    assertThat(dead.hash()).isEqualTo(before.pipelines().get("main").hash());
    assertThat(dead.ephemeralId()).isEqualTo(before.pipelines().get("main").ephemeralId());
    assertThat(judged(CHANGED)).isEqualTo(BAD);
    host.put(MAIN, old);
    NodeView.PipelineView revived = host.view().pipelines().get("main");
    assertThat(revived.state()).isEqualTo("RUNNING");
    assertThat(revived.ephemeralId()).isNotEqualTo(dead.ephemeralId());
  }

  @Test
  void crashedWorkerAndTakenPortShowAsOnARealNode() {
    host.put(MAIN, "port_taken");
    NodeView taken = host.view();
    host.pass(1_000);
    assertThat(taken.status()).isEqualTo("green");
    assertThat(Goodness.flows(taken, host.view())).isFalse();

    host.put(MAIN, "worker_crash");

    assertThat(host.view().status()).isEqualTo("red");
    assertThat(judged(CHANGED)).isEqualTo(BAD);
  }

  @Test
  void pipelinesComeAndGoAndLeaveGhosts() {
    String list = host.text(SETTINGS + "/pipelines.yml");
    host.put(SETTINGS + "/conf.d/new.conf", "input { generator {} }");
    host.put(
        SETTINGS + "/pipelines.yml",
        list + "- pipeline.id: new\n  path.config: /etc/logstash/conf.d/new.conf\n");
    assertThat(judged(pipelines(Set.of("new"), Set.of()))).isEqualTo(GOOD);
    NodeView added = host.view();

    host.put(SETTINGS + "/pipelines.yml", list);

    assertThat(judged(Wanted.UNCHANGED)).isEqualTo(GOOD);
    assertThat(Goodness.judge(host.view(), added, pipelines(Set.of(), Set.of("new"))).verdict())
        .isEqualTo(GOOD);
    assertThat(now(host.driver().get(host.node(), "/_node/pipelines")).body()).contains("\"new\"");
  }

  @Test
  void brokenListOfPipelinesChangesNothing() {
    host.put(SETTINGS + "/pipelines.yml", "nonsense");

    assertThat(judged(Wanted.UNCHANGED)).isEqualTo(GOOD);
  }

  @Test
  void pluginsCountFromTheNextProcessOn() {
    String command = HOME + "/bin/logstash-plugin";
    assertThat(host.run(command, "install", "logstash-filter-x", "--version", "1.2.0").succeeded())
        .isTrue();
    assertThat(host.run(command, "remove", "logstash-filter-mutate").succeeded()).isTrue();
    assertThat(host.run(command, "list", "--verbose").output())
        .contains("logstash-filter-x (1.2.0)")
        .doesNotContain("mutate");
    assertThat(host.text(HOME + "/Gemfile")).contains("\"logstash-filter-x\"");
    assertThat(host.view().plugins()).isEqualTo(before.plugins());

    host.restart();

    Wanted wanted =
        new Wanted(
            true,
            null,
            Set.of(),
            Set.of(),
            Set.of(),
            Set.of(),
            Map.of("logstash-filter-x", "1.2.0"),
            Set.of("logstash-filter-mutate"));
    assertThat(judged(wanted)).isEqualTo(GOOD);
  }

  @Test
  void pluginsComeBackWithTheirFiles() {
    String lock = host.text(HOME + "/Gemfile.lock");
    host.run(HOME + "/bin/logstash-plugin", "install", "file:///tmp/logstash-filter-x-2.0.1.zip");
    assertThat(host.text(HOME + "/Gemfile.lock")).contains("logstash-filter-x (2.0.1)");

    host.put(HOME + "/Gemfile.lock", lock);
    host.restart();

    assertThat(host.view().plugins()).isEqualTo(before.plugins());
  }

  @Test
  void anotherVersionIsAnotherHomeBehindTheLink() {
    host.run(HOME + "/bin/logstash-plugin", "install", "logstash-filter-x");
    assertThat(
            host.run("tar", "-xzf", "/tmp/logstash-9.1.0-linux-x86_64.tar.gz", "-C", "/usr/share")
                .succeeded())
        .isTrue();
    assertThat(host.run("/usr/share/logstash-9.1.0/bin/logstash", "-t").succeeded()).isTrue();
    now(host.driver().link(host.node(), "/usr/share/logstash-9.1.0", HOME));
    assertThat(host.view().version()).as("still in memory").isEqualTo("8.19.3");

    host.restart();

    Wanted wanted =
        new Wanted(true, "9.1.0", Set.of(), Set.of(), Set.of(), Set.of(), Map.of(), Set.of());
    assertThat(judged(wanted)).isEqualTo(GOOD);
    assertThat(host.view().plugins()).as("as in life").doesNotContainKey("logstash-filter-x");
    now(host.driver().link(host.node(), "/usr/share/logstash-8.19.3", HOME));
    host.restart();
    assertThat(judged(Wanted.RESTARTED)).isEqualTo(GOOD);
    assertThat(host.view().plugins()).containsKey("logstash-filter-x");
  }

  @Test
  void homeThatIsNoneEndsTheNextProcess() {
    now(host.driver().link(host.node(), "/nowhere", HOME));

    host.restart();

    assertThat(host.probe().detail()).isEqualTo("exited with 1 while starting");
  }

  @Test
  void versionBelowHealthIsWeak() {
    SimulatedHost old = new SimulatedHost(Map.of("version", "8.15.5"));

    assertThat(old.view().version()).isEqualTo("8.15.5");
    assertThat(old.view().weak()).isTrue();
  }

  @Test
  void configIsTestedBesideTheProcess() {
    String logstash = HOME + "/bin/logstash";
    host.put("/tmp/staged/good.conf", "input { generator {} }");
    host.put("/tmp/staged/bad.conf", "syntax_error");

    assertThat(host.run(logstash, "--path.settings", SETTINGS, "-t").output())
        .isEqualTo("Configuration OK\n");
    assertThat(host.run(logstash, "-f", "/tmp/staged/good.conf", "-t").succeeded()).isTrue();
    assertThat(
            host.run(logstash, "--config.test_and_exit", "-f", "/tmp/staged/bad.conf").exitCode())
        .isEqualTo(1);
    host.put(SETTINGS + "/pipelines.yml", "");
    assertThat(host.run(logstash, "--path.settings", SETTINGS, "-t").exitCode()).isEqualTo(1);
  }

  @Test
  void whatAHostDoesNotHaveFailsAsOnAHost() {
    assertThat(host.run("rm", "-rf", "/").exitCode()).isEqualTo(127);
    assertThat(host.run(HOME + "/bin/logstash").exitCode()).isEqualTo(127);
    assertThat(host.run("/opt/none/bin/logstash", "-t").exitCode()).isEqualTo(127);
    assertThat(host.run("tar", "-xzf", "/tmp/x.zip", "-C", "/usr/share").exitCode()).isEqualTo(2);
    assertThat(host.run("tar", "-xzf", "/tmp/logstash-9.1.0.tar.gz", "-C", "/no").exitCode())
        .isEqualTo(2);
    assertThat(host.run("cp", "/none", "/tmp/x").exitCode()).isEqualTo(1);
    String plugin = HOME + "/bin/logstash-plugin";
    assertThat(host.run(plugin, "install", "not-a-plugin").exitCode()).isEqualTo(1);
    assertThat(host.run(plugin, "remove", "logstash-filter-none").exitCode()).isEqualTo(1);
  }

  @Test
  void filesAreBackedUpByCopies() {
    assertThat(host.run("mkdir", "-p", "/var/lib/logstash/.holdpoint/t1").succeeded()).isTrue();
    assertThat(
            host.run("cp", "-p", HOME + "/Gemfile", "/var/lib/logstash/.holdpoint/t1").succeeded())
        .isTrue();
    assertThat(host.text("/var/lib/logstash/.holdpoint/t1/Gemfile"))
        .isEqualTo(host.text(HOME + "/Gemfile"))
        .isNotEmpty();
  }

  private Judgement.Verdict judged(Wanted wanted) {
    return Goodness.judge(host.view(), before, wanted).verdict();
  }

  private static Wanted pipelines(Set<String> added, Set<String> removed) {
    return new Wanted(false, null, Set.of(), Set.of(), added, removed, Map.of(), Set.of());
  }
}
