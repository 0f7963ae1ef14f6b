package io.holdpoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Several nodes by one command, with a balancer or without, whatever this host has. */
class DemoNodesSoak {
  private static final Duration LONGEST = Duration.ofSeconds(90);
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Pattern GUARDED = Pattern.compile("DemoGuard (\\S+)");
  private static final Pattern NODE = Pattern.compile("  http://127.0.0.1:\\d+, process (\\d+), ");

  private static final Map<String, String> ANY_PORTS =
      Map.of("HOLDPOINT_HTTP_PORT", "0", "HOLDPOINT_MANAGEMENT_PORT", "0");

  @Test
  void storyIsToldThroughTwoNodesAndNothingIsLeft() {
    try (ChildProcess demo = ChildProcess.launch(Map.of(), "demo", "--nodes", "2", "--exit")) {
      Path folder = folder(demo);
      int code = demo.exitCode(LONGEST);
      String story = String.join("\n", demo.out());

      assertThat(story)
          .containsSubsequence(
              "haproxy",
              "ok 2 nodes of the service share the work",
              "ok the interrupt is acknowledged",
              "ok the same token has one effect and the same Result",
              "ok the task is finished",
              "steps begun after the ack: 0",
              "Every invariant held.");
      assertThat(story).doesNotContain("NOT");
      assertThat(demo.errorLines()).isEmpty();
      assertThat(code).isZero();
      assertThat(nodes(demo)).hasSize(2).noneMatch(DemoNodesSoak::isAlive);
      assertThat(running(folder)).isEmpty();
      assertThat(folder).doesNotExist();
    }
  }

  @Test
  void killedDemoLeavesNothingBehind() {
    try (ChildProcess demo = ChildProcess.launch(ANY_PORTS, "demo", "--nodes", "1")) {
      Path folder = folder(demo);
      Await.until(LONGEST, "a demo that serves: " + demo.out(), () -> serves(demo));
      // PostgreSQL, a node of the service, three of Logstash.
      assertThat(running(folder)).hasSizeGreaterThanOrEqualTo(5);

      demo.kill();

      Await.until(SOON, "nothing runs", () -> running(folder).isEmpty() && !Files.exists(folder));
      assertThat(nodes(demo)).hasSize(1).noneMatch(DemoNodesSoak::isAlive);
    }
  }

  @Test
  void demoThatIsAskedToEndEndsWell() {
    try (ChildProcess demo = ChildProcess.launch(ANY_PORTS, "demo", "--nodes", "1")) {
      Path folder = folder(demo);
      Await.until(LONGEST, "a demo that serves: " + demo.out(), () -> serves(demo));

      demo.terminate();

      assertThat(demo.exitCode(SOON)).isZero();
      assertThat(demo.errorLines()).isEmpty();
      assertThat(running(folder)).isEmpty();
      assertThat(folder).doesNotExist();
    }
  }

  private static boolean serves(ChildProcess demo) {
    if (!demo.process().isAlive()) {
      throw new AssertionError("the demo ended: " + demo.out() + demo.errorLines());
    }
    return demo.out().stream().anyMatch(line -> line.startsWith("  kill -9 "));
  }

  /** The demo's own, as its guard was told. */
  private static Path folder(ChildProcess demo) {
    Path[] found = new Path[1];
    Await.until(
        SOON,
        "a guard",
        () -> {
          demo.process()
              .children()
              .map(child -> GUARDED.matcher(child.info().commandLine().orElse("")))
              .filter(Matcher::find)
              .forEach(guard -> found[0] = Path.of(guard.group(1)));
          return found[0] != null;
        });
    return found[0];
  }

  private static List<Long> nodes(ChildProcess demo) {
    return demo.out().stream()
        .flatMap(line -> NODE.matcher(line).results())
        .map((MatchResult node) -> Long.parseLong(node.group(1)))
        .toList();
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private static List<String> running(Path folder) {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(line -> line.contains(folder.toString()))
        .toList();
  }
}
