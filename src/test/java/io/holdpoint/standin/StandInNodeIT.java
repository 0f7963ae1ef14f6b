package io.holdpoint.standin;

import static io.holdpoint.standin.StandInFixture.GOOD;
import static io.holdpoint.standin.StandInFixture.VERSION;
import static io.holdpoint.standin.StandInFixture.health;
import static io.holdpoint.standin.StandInFixture.lines;
import static io.holdpoint.standin.StandInFixture.shown;
import static io.holdpoint.standin.StandInFixture.state;
import static io.holdpoint.standin.StandInFixture.status;
import static io.holdpoint.standin.StandInFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.StandInProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Starting, stopping and asking a node, as it was seen on a real one. */
class StandInNodeIT {
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
  void theApiAnswersBeforeAnyPipelineRuns() {
    StandInProcess node =
        fixture.with("standin.attach", "700ms").with("standin.load", "700ms").launch().answering();

    assertThat(status(node)).isEqualTo("unknown");
    assertThat(health(node)).isEmpty();
    until("it loads", () -> "LOADING".equals(state(node, "main")));
    assertThat(status(node)).isEqualTo("yellow");
    until("it runs", () -> "RUNNING".equals(state(node, "main")));
    assertThat(status(node)).isEqualTo("green");
  }

  @Test
  void aRestartKeepsTheNodeAndChangesTheProcess() {
    StandInProcess first = fixture.settled();
    JsonObject before = first.get("/");
    String hash = shown(first, "main").getString("hash");
    first.signal("TERM");
    assertThat(first.exitCode()).isZero();

    StandInProcess second = fixture.settled();
    JsonObject now = second.get("/");

    assertThat(now.getString("id")).isEqualTo(before.getString("id"));
    assertThat(now.getString("ephemeral_id")).isNotEqualTo(before.getString("ephemeral_id"));
    assertThat(shown(second, "main").getString("hash")).isEqualTo(hash);
    assertThat(second.get("/_node/jvm").getJsonObject("jvm").getLong("pid"))
        .isEqualTo(second.process().pid());
    assertThat(lines(fixture.data.resolve("starts"))).hasSize(2);
    assertThat(fixture.traced(" start ")).isEqualTo(2);
    assertThat(fixture.traced(" stop done")).isOne();
  }

  @Test
  void aBlockedOutputHoldsAStopUntilItIsUnblocked() throws IOException {
    StandInProcess node =
        fixture.pipeline("main", StandInFixture.BLOCKED).pipeline("good", GOOD).settled();

    node.signal("TERM");
    until("the others are gone", () -> !health(node).containsKey("good"));
    node.signal("TERM");

    assertThat(state(node, "main")).isEqualTo("RUNNING");
    assertThat(status(node)).isEqualTo("green");
    assertThat(node.reply("/_node/hot_threads?human=true").body()).contains("[main]>worker0");
    assertThat(node.process().isAlive()).isTrue();
    Files.createFile(fixture.data.resolve("unblock"));
    assertThat(node.exitCode()).isZero();
  }

  @Test
  void aSecondProcessOnTheSameDataDoesNotStart() {
    fixture.settled();
    StandInProcess second = fixture.launch();

    assertThat(second.exitCode()).isOne();
    assertThat(second.output()).contains("already another instance");
  }

  @ParameterizedTest
  @CsvSource({"standin.unheard, 1", "broken, x", "pipeline.workers, many", "standin.load, long"})
  void aSettingThatDoesNotExistOrMakesNoSenseKeepsItDown(String key, String value) {
    StandInProcess node = fixture.with(key, value).launch();

    assertThat(node.exitCode()).isOne();
    assertThat(node.output()).contains(key);
  }

  @Test
  void aNodeWithoutAnyGoodPipelineEnds() {
    assertThat(fixture.pipeline("main", StandInFixture.BROKEN).launch().exitCode()).isOne();
  }

  @Test
  void oneGoodPipelineKeepsTheNodeUpWithTheOthersUnknown() {
    StandInProcess node =
        fixture
            .pipeline("bad", StandInFixture.BROKEN)
            .pipeline("worse", StandInFixture.REGISTER_FAILS)
            .settled();

    assertThat(state(node, "main")).isEqualTo("RUNNING");
    assertThat(state(node, "bad")).isEqualTo("UNKNOWN");
    assertThat(state(node, "worse")).isEqualTo("UNKNOWN");
    assertThat(status(node)).isEqualTo("unknown");
    assertThat(shown(node, "bad")).isEmpty();
  }

  @Test
  void thePasswordIsAskedForWithAnEmptyAnswer() {
    StandInProcess node =
        fixture
            .with("api.auth.type", "basic")
            .with("api.auth.basic.username", "ops")
            .with("api.auth.basic.password", "Secret123")
            .launch()
            .answering();

    HttpResponse<String> refused = node.reply("/_node");
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.body()).isEmpty();
    assertThat(refused.headers().firstValue("WWW-Authenticate"))
        .contains("Basic realm=\"logstash-api\"");
    byte[] login = "ops:Secret123".getBytes(StandardCharsets.UTF_8);
    String header = "Basic " + Base64.getEncoder().encodeToString(login);
    assertThat(node.reply("/_node", "Authorization", header).statusCode()).isEqualTo(200);
  }

  @Test
  void whatIsNotThereIsSaidInJson() {
    StandInProcess node = fixture.settled();

    HttpResponse<String> reply = node.reply("/_nothing");

    assertThat(reply.statusCode()).isEqualTo(404);
    assertThat(new JsonObject(reply.body()))
        .isEqualTo(
            new JsonObject(
                "{\"path\":\"/_nothing\",\"status\":404,\"error\":{\"message\":\"Not Found\"}}"));
    assertThat(node.reply("/_node/pipelines/none").statusCode()).isEqualTo(404);
    assertThat(node.reply("/_node/pipelines/main").statusCode()).isEqualTo(200);
  }

  @Test
  void anOldVersionKnowsNoHealthAndSaysGreen() {
    StandInFixture old = new StandInFixture(folder.resolve("old"), "8.15.5");
    try (old) {
      StandInProcess node =
          old.reloading().pipeline("main", StandInFixture.BROKEN).launch().answering();

      assertThat(node.reply("/_health_report").statusCode()).isEqualTo(404);
      assertThat(status(node)).isEqualTo("green");
    }
  }

  @Test
  void theProcessKeepsTheVersionThatItWasStartedFrom() throws IOException {
    Path newer = StandInFixture.make(folder.resolve("logstash-8.19.4"), "8.19.4");
    Path current = Files.createSymbolicLink(folder.resolve("current"), fixture.home);
    StandInProcess node = fixture.launchFrom(current).answering();

    Files.delete(current);
    Files.createSymbolicLink(current, newer);
    assertThat(node.get("/").getString("version")).isEqualTo(VERSION);
    node.signal("TERM");
    assertThat(node.exitCode()).isZero();

    StandInProcess next = fixture.launchFrom(current).answering();
    assertThat(next.get("/").getString("version")).isEqualTo("8.19.4");
  }

  @Test
  void aNodeMayEndByItselfWhenNothingRunsAnyMore() {
    StandInProcess node =
        fixture
            .with("standin.exit_when_idle", "true")
            .pipeline("main", StandInFixture.CRASH)
            .launch();

    assertThat(node.exitCode()).isZero();
  }

  @Test
  void aDryRunSeesSyntaxAndPluginsOnly() {
    Path own = folder.resolve("own");
    StandInProcess fine =
        fixture.pipeline("main", StandInFixture.REGISTER_FAILS).launchOn(fixture.home, own, "-t");
    assertThat(fine.exitCode()).isZero();
    assertThat(fine.output()).contains("Configuration OK");

    StandInProcess bad =
        fixture
            .pipeline("main", GOOD.replace("mutate", "nosuch"))
            .launchOn(fixture.home, own, "--config.test_and_exit");
    assertThat(bad.exitCode()).isOne();
    assertThat(bad.output()).contains("Couldn't find any filter plugin named 'nosuch'");
  }

  @Test
  void aDryRunOnTheDataOfARunningNodeCallsTheConfigurationInvalid() {
    fixture.settled();
    StandInProcess dry = fixture.launchFrom(fixture.home, "-t");

    assertThat(dry.exitCode()).isOne();
    assertThat(dry.output()).contains("configuration is invalid");
  }
}
