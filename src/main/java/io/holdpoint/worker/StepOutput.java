package io.holdpoint.worker;

import io.holdpoint.task.StepClaim;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a step's commands printed so far, kept where operators can read it while they run. Losing
 * some of it is no failure of the step.
 */
final class StepOutput {
  /** Keeps the output of a claim; false means that the lease is lost. */
  interface Sink {
    Future<Boolean> keep(StepClaim claim, String output);
  }

  private final StepClaim claim;
  private final Sink sink;
  private final Map<String, String> sections = new LinkedHashMap<>();
  private String kept = "";
  private Future<Boolean> keeping = Future.succeededFuture(true);

  StepOutput(StepClaim claim, Sink sink) {
    this.claim = claim;
    this.sink = sink;
  }

  void show(String id, String command, String output) {
    sections.put(id, "$ " + command + "\n" + output);
    if (keeping.isComplete()) {
      keep();
    }
  }

  /** Completes when all shown so far was kept, or could not be. */
  Future<Void> flush() {
    return keeping
        .otherwise(false)
        .compose(
            before -> {
              keep();
              return keeping.otherwise(false).mapEmpty();
            });
  }

  private void keep() {
    String text = sections.values().stream().collect(Collectors.joining("\n"));
    if (!text.equals(kept)) {
      kept = text;
      keeping = sink.keep(claim, text);
    }
  }
}
