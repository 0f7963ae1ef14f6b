package io.holdpoint.standin;

import static io.holdpoint.standin.StandInFixture.GOOD;
import static io.holdpoint.standin.StandInFixture.events;
import static io.holdpoint.standin.StandInFixture.health;
import static io.holdpoint.standin.StandInFixture.reloads;
import static io.holdpoint.standin.StandInFixture.shown;
import static io.holdpoint.standin.StandInFixture.state;
import static io.holdpoint.standin.StandInFixture.stats;
import static io.holdpoint.standin.StandInFixture.status;
import static io.holdpoint.standin.StandInFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.StandInProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of pipelines under a running node, as they were seen on a real one. */
class StandInReloadIT {
  @TempDir private Path folder;
  private StandInFixture fixture;

  @BeforeEach
  void setUp() {
    fixture = new StandInFixture(folder);
  }

  @AfterEach
  void tearDown() {
    fixture.close();
  }

  @Test
  void aCommentAloneIsAReload() {
    StandInProcess node = fixture.reloading().settled();
    JsonObject before = shown(node, "main");

    fixture.edit("main", "# why\n" + GOOD);

    until("a reload", () -> reloads(node, "successes") == 1);
    JsonObject now = shown(node, "main");
    assertThat(now.getString("hash")).isNotEqualTo(before.getString("hash"));
    assertThat(now.getString("ephemeral_id")).isNotEqualTo(before.getString("ephemeral_id"));
    assertThat(reloads(node, "failures")).isZero();
    assertThat(node.get("/_node/stats").getJsonObject("reloads").getLong("successes")).isOne();
    until("it runs", () -> "RUNNING".equals(state(node, "main")));
    assertThat(fixture.traced("reload main")).isOne();
  }

  @ParameterizedTest
  @ValueSource(strings = {StandInFixture.BROKEN, "input { nosuch {} }\noutput { null {} }\n"})
  void reloadThatCannotBeBuiltFailsAtEachIntervalWhileTheOldOneRuns(String text) {
    StandInProcess node = fixture.reloading().settled();
    JsonObject before = shown(node, "main");

    fixture.edit("main", text);

    until("failures grow", () -> reloads(node, "failures") >= 3);
    assertThat(status(node)).isEqualTo("green");
    assertThat(state(node, "main")).isEqualTo("RUNNING");
    assertThat(shown(node, "main")).isEqualTo(before);

    fixture.edit("main", GOOD);
    until("failures end", () -> isSteady(node));

    JsonObject reloads = stats(node, "main").getJsonObject("reloads");
    assertThat(reloads.getJsonObject("last_error").getString("message")).isNotEmpty();
    assertThat(reloads.getLong("successes")).isZero();
    assertThat(shown(node, "main")).isEqualTo(before);
  }

  /** No failure for two intervals. */
  private static boolean isSteady(StandInProcess node) {
    long failures = reloads(node, "failures");
    long out = events(node, "out");
    until("time passes", () -> events(node, "out") > out + 120);
    return failures == reloads(node, "failures");
  }

  @Test
  void reloadThatDiesInRegisterLeavesNothingRunningAndTheOldHashShowing() {
    StandInProcess node = fixture.reloading().pipeline("other", GOOD).settled();
    JsonObject before = shown(node, "main");

    fixture.edit("main", StandInFixture.REGISTER_FAILS);

    until("a failure", () -> reloads(node, "failures") == 1);
    assertThat(state(node, "main")).isEqualTo("UNKNOWN");
    assertThat(status(node)).isEqualTo("unknown");
    assertThat(shown(node, "main")).isEqualTo(before);
    long frozen = events(node, "out");
    fixture.edit("other", StandInFixture.OTHER);
    until("the next look", () -> fixture.traced("reload other") == 1);
    assertThat(events(node, "out")).isEqualTo(frozen);
    assertThat(reloads(node, "failures")).as("nobody tries again").isOne();

    fixture.edit("main", GOOD);

    until("the old text revives it", () -> "RUNNING".equals(state(node, "main")));
    assertThat(shown(node, "main").getString("hash")).isEqualTo(before.getString("hash"));
    assertThat(shown(node, "main").getString("ephemeral_id"))
        .isNotEqualTo(before.getString("ephemeral_id"));
    assertThat(reloads(node, "successes")).isOne();
  }

  @Test
  void aTakenPortLooksFineButMovesNothing() {
    StandInProcess node = fixture.pipeline("main", StandInFixture.PORT_TAKEN).settled();

    assertThat(status(node)).isEqualTo("green");
    assertThat(state(node, "main")).isEqualTo("RUNNING");
    assertThat(events(node, "in")).isZero();
  }

  @Test
  void aCrashedPipelineStaysRedUntilItsTextChanges() {
    StandInProcess node = fixture.reloading().settled();

    fixture.edit("main", StandInFixture.CRASH);
    until("it crashes", () -> "TERMINATED".equals(state(node, "main")));
    assertThat(status(node)).isEqualTo("red");

    fixture.edit("main", GOOD);
    until("it runs", () -> "RUNNING".equals(state(node, "main")));
    assertThat(status(node)).isEqualTo("green");
  }

  @Test
  void aPipelineThatCrashedAtOnceDidComeUp() {
    StandInProcess node = fixture.pipeline("main", StandInFixture.CRASH).settled();

    until("it crashes", () -> "TERMINATED".equals(state(node, "main")));
    assertThat(status(node)).isEqualTo("red");
  }

  @Test
  void eventsFlow() {
    StandInProcess node = fixture.settled();
    long in = events(node, "in");
    long out = events(node, "out");

    until("in", () -> events(node, "in") > in);
    until("out", () -> events(node, "out") > out);
  }

  @Test
  void withoutAutomaticReloadOnlyAHangUpOnAChangedTextReloads() {
    StandInProcess node = fixture.settled();
    JsonObject before = shown(node, "main");

    node.signal("HUP");
    until("it heard", () -> node.output().contains("SIGHUP"));
    long out = events(node, "out");
    until("time passes", () -> events(node, "out") > out + 60);
    assertThat(shown(node, "main")).isEqualTo(before);
    fixture.edit("main", StandInFixture.OTHER);
    long later = events(node, "out");
    until("time passes", () -> events(node, "out") > later + 60);
    assertThat(shown(node, "main")).isEqualTo(before);

    node.signal("HUP");
    until("a reload", () -> reloads(node, "successes") == 1);
    assertThat(shown(node, "main").getString("hash")).isNotEqualTo(before.getString("hash"));
  }

  @Test
  void aRemovedPipelineIsAGhostUntilItComesBackAsAnother() {
    StandInProcess node = fixture.reloading().pipeline("second", GOOD).settled();
    String before = shown(node, "second").getString("ephemeral_id");

    fixture.drop("second");
    until("health drops it", () -> !health(node).containsKey("second"));
    assertThat(shown(node, "second").getString("ephemeral_id")).isEqualTo(before);
    assertThat(stats(node, "second")).isNotNull();

    fixture.pipeline("second", GOOD).write();
    until("it runs", () -> "RUNNING".equals(state(node, "second")));
    assertThat(shown(node, "second").getString("ephemeral_id")).isNotEqualTo(before);
    assertThat(stats(node, "second").getJsonObject("reloads").getLong("successes")).isZero();
  }
}
