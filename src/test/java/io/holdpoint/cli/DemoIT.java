package io.holdpoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.ChildProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The story that the README promises to a first-time user. */
class DemoIT {
  @Test
  void demoTellsItsStoryAndEndsWell() {
    try (ChildProcess demo = ChildProcess.launch(Map.of(), "demo", "--exit")) {
      int code = demo.exitCode(Duration.ofSeconds(60));
      String story = String.join("\n", demo.out());

      assertThat(story)
          .containsSubsequence(
              "Holdpoint listens on http://127.0.0.1:",
              "ok 3 stand-in nodes are registered",
              "ok a rolling restart starts",
              "-> POST /openapi/logstashes/ls-cn-",
              "/actions/interrupt?clientToken=",
              "<- {\"Result\":true,\"RequestId\":\"",
              "ok the interrupt is acknowledged",
              "Idempotency-Replayed: true",
              "ok the instance is suspended",
              "quiet since ",
              "ok no step is in flight",
              "ok the task is resumed",
              "ok the task is finished",
              "steps begun after the ack: 0",
              "ok starts of each node, the first one included: [2, 2, 2]",
              "Every invariant held.");
      assertThat(story).doesNotContain("NOT");
      assertThat(demo.errorLines()).isEmpty();
      assertThat(demo.log()).isEmpty();
      assertThat(code).isZero();
      assertThat(nodesStillRunning()).isEmpty();
    }
  }

  private static List<String> nodesStillRunning() {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(line -> line.contains("/holdpoint-demo") && line.contains("/fleet/node-"))
        .toList();
  }
}
