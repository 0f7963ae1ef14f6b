package io.holdpoint.standin;

import io.holdpoint.standin.PipelineView.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The workers of the pipelines as a busy JVM would list them. */
record HotThreads(Identity identity, Agent.View view) {
  Map<String, @Nullable Object> document() {
    List<Map<String, @Nullable Object>> threads = new ArrayList<>();
    for (String name : workers()) {
      threads.add(
          Json.object(
              "name",
              name,
              "percent_of_cpu_time",
              1.5,
              "state",
              "timed_waiting",
              "traces",
              List.of("java.base@17/jdk.internal.misc.Unsafe.park(Native Method)")));
    }
    return Json.object(
        "time", SystemClock.now(), "busiest_threads", threads.size(), "threads", threads);
  }

  String text() {
    StringBuilder text = new StringBuilder("::: {" + identity.name() + "}\n");
    List<String> workers = workers();
    text.append("Hot threads at ").append(SystemClock.now());
    text.append(", busiestThreads=").append(workers.size()).append(": \n");
    for (String name : workers) {
      text.append("=".repeat(80)).append("\n1.5 % of cpu usage, state: timed_waiting, ");
      text.append("thread name: '").append(name).append("'\n");
      text.append("\tjava.base@17/jdk.internal.misc.Unsafe.park(Native Method)\n");
    }
    return text.toString();
  }

  private List<String> workers() {
    List<String> names = new ArrayList<>();
    for (PipelineView pipeline : view.pipelines()) {
      PipelineConfig config = pipeline.shown();
      for (int i = 0;
          config != null && pipeline.state() == State.RUNNING && i < config.workers();
          i++) {
        names.add("[" + pipeline.id() + "]>worker" + i);
      }
    }
    return names;
  }
}
