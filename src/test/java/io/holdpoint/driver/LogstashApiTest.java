package io.holdpoint.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.driver.NodeException.Kind;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogstashApiTest {
  private final NodeAnswers answers = new NodeAnswers();

  @Test
  void oneLookReadsEveryDocument() {
    answers.events("main", 30, 20, 10).failedReload("aux", "broken");

    NodeView view = answers.view();

    assertThat(view.up()).isTrue();
    assertThat(view.answers()).isTrue();
    assertThat(view.weak()).isFalse();
    assertThat(view.id()).isEqualTo("node-uuid");
    assertThat(view.version()).isEqualTo("8.19.20");
    assertThat(view.ephemeralId()).isEqualTo("process-1");
    assertThat(view.status()).isEqualTo("green");
    assertThat(view.reloadFailures()).isEqualTo(1);
    assertThat(view.plugins()).isEqualTo(Map.of("logstash-input-beats", "6.9.1"));
    assertThat(view.pipelines())
        .containsOnlyKeys("main", "aux")
        .containsEntry(
            "main",
            new NodeView.PipelineView(
                "RUNNING",
                "hash-main",
                "object-main",
                2,
                125,
                50,
                0,
                0,
                null,
                30,
                20,
                "memory",
                10));
    assertThat(view.pipelines().get("aux").lastError()).isEqualTo("broken");
    assertThat(view.pipelines().get("aux").reloadFailures()).isEqualTo(1);
  }

  @Test
  void removedPipelineThatStillShowsUpIsDropped() {
    assertThat(answers.removed("aux").view().pipelines()).containsOnlyKeys("main");
  }

  @Test
  void pipelineThatNeverCameUpIsPresentWithoutText() {
    answers.state("new", "unknown", "UNKNOWN");

    NodeView.PipelineView view = answers.view().pipelines().get("new");

    assertThat(view.state()).isEqualTo("UNKNOWN");
    assertThat(view.hash()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "8.15.5,true",
    "8.16.0,false",
    "8.19.20-SNAPSHOT,false",
    "7.17.9,true",
    "9.0.0,false",
    "10.1.0,false",
    "unreadable,true"
  })
  void healthIsAskedForOnlyWhereItIsKnown(String version, boolean weak) {
    StubbedDriver driver = new StubbedDriver(answers.version(version)::reply);

    NodeView view = look(driver);

    assertThat(view.weak()).isEqualTo(weak);
    assertThat(driver.asked().contains("/_health_report")).isNotEqualTo(weak);
    assertThat(view.pipelines()).containsOnlyKeys("main", "aux");
    assertThat(view.pipelines().get("main").state()).isEqualTo(weak ? null : "RUNNING");
    assertThat(view.status()).as("8.15 is always green").isEqualTo(weak ? null : "green");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/_node", "/_node/stats", "/_node/plugins", "/_health_report"})
  void whatCannotBeAskedShowsInTheView(String broken) {
    assertSilent(broken, p -> new ApiReply(401, ""), "401: the node's credential is missing");
    assertSilent(broken, p -> new ApiReply(404, "{}"), "the API answers 404 at " + broken);
    assertSilent(broken, p -> new ApiReply(200, "{\"id\":"), "no JSON document at " + broken);
    assertSilent(broken, p -> new ApiReply(200, "[]"), "no JSON document at " + broken);
    assertSilent(broken, p -> new ApiReply(200, ""), "no JSON document at " + broken);
    assertSilent(
        broken,
        p -> {
          throw new NodeException(Kind.UNREACHABLE, "the connection was refused");
        },
        "running; the connection was refused");
  }

  private void assertSilent(String broken, Function<String, ApiReply> how, String detail) {
    NodeView view =
        look(new StubbedDriver(p -> p.equals(broken) ? how.apply(p) : answers.reply(p)));
    assertThat(view.up()).isTrue();
    assertThat(view.answers()).isFalse();
    assertThat(view.detail()).contains(detail);
    assertThat(view.pipelines()).isEmpty();
  }

  @Test
  void somethingElseAtTheAddressIsNoNode() {
    NodeView view = look(new StubbedDriver(path -> new ApiReply(200, "{\"version\":\"1.0\"}")));

    assertThat(view.answers()).isFalse();
    assertThat(view.detail()).contains("without a node id");
  }

  @Test
  void restartBetweenTwoAnswersIsLookedAtOnceMore() {
    AtomicInteger calls = new AtomicInteger();
    NodeAnswers after = new NodeAnswers().restarted();
    StubbedDriver driver =
        new StubbedDriver(path -> (calls.getAndIncrement() < 2 ? answers : after).reply(path));

    NodeView view = look(driver);

    assertThat(view.answers()).isTrue();
    assertThat(view.ephemeralId()).isEqualTo("process-2");
    assertThat(driver.asked()).hasSize(10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/_node", "/_node/stats", "/_node/plugins", "/_health_report"})
  void answersOfTwoProcessesAreNoPicture(String odd) {
    NodeAnswers other = new NodeAnswers().restarted();
    assertMixed(path -> (path.equals(odd) ? other : answers).reply(path));
    NodeAnswers foreign = new NodeAnswers().id("another");
    assertMixed(path -> (path.equals(odd) ? foreign : answers).reply(path));
  }

  private static void assertMixed(Function<String, ApiReply> api) {
    NodeView view = look(new StubbedDriver(api));
    assertThat(view.answers()).isFalse();
    assertThat(view.detail()).contains("more than one process, twice");
  }

  @Test
  void missingMembersAreFine() {
    String header = "{\"id\":\"i\",\"ephemeral_id\":\"e\",\"version\":\"9.3.0\"";
    String health = ",\"indicators\":{\"pipelines\":{\"indicators\":{\"main\":{}}}}";

    NodeView view =
        look(
            new StubbedDriver(
                path ->
                    new ApiReply(
                        200, header + (path.equals("/_health_report") ? health : "") + "}")));

    assertThat(view.answers()).isTrue();
    assertThat(view.status()).isEqualTo("unknown");
    assertThat(view.pipelines().get("main").state()).isEqualTo("UNKNOWN");
  }

  @Test
  void processThatIsGoneIsNotAskedFurther() {
    NodeView view =
        look(
            new StubbedDriver(
                CompletableFuture.completedStage(new ProcessState(false, null, "exited with 1")),
                answers::reply));

    assertThat(view).isEqualTo(NodeView.silent(new ProcessState(false, null, ""), "exited with 1"));
  }

  @Test
  void hostThatCannotBeAskedIsNotTakenForAProcessThatIsGone() {
    NodeView view =
        look(
            new StubbedDriver(
                CompletableFuture.failedStage(new NodeException(Kind.UNREACHABLE, "no route")),
                path -> {
                  throw new NodeException(Kind.UNREACHABLE, "no answer in 5 s");
                }));

    assertThat(view.up()).isTrue();
    assertThat(view.answers()).isFalse();
    assertThat(view.detail()).contains("cannot see the process: no route", "no answer in 5 s");
  }

  @Test
  void hotThreadsAreCutOrSayWhyThereAreNone() {
    assertThat(threads(path -> new ApiReply(200, path + " main>worker0")))
        .isEqualTo("/_node/hot_threads?human=true main>worker0");
    assertThat(threads(path -> new ApiReply(200, "x".repeat(9_000)))).hasSize(8_000);
    assertThat(threads(path -> new ApiReply(401, ""))).contains("no threads to show", "401");
    assertThat(
            threads(
                path -> {
                  throw new NodeException(Kind.UNREACHABLE, "no answer in 5 s");
                }))
        .isEqualTo("no threads to show: no answer in 5 s");
  }

  private static String threads(Function<String, ApiReply> api) {
    return new LogstashApi(new StubbedDriver(api))
        .hotThreads(NodeAnswers.NODE)
        .toCompletableFuture()
        .join();
  }

  private static NodeView look(StubbedDriver driver) {
    return new LogstashApi(driver).view(NodeAnswers.NODE).toCompletableFuture().join();
  }
}
