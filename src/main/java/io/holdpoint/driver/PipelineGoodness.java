package io.holdpoint.driver;

import io.holdpoint.driver.NodeView.PipelineView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The part of {@link Goodness} that looks at the pipelines of a node that answers. */
final class PipelineGoodness {
  private final NodeView now;
  private final NodeView before;
  private final Wanted wanted;
  private final boolean fresh;
  private final List<Judgement> findings = new ArrayList<>();

  /**
   * @param fresh another process answers now than before
   */
  PipelineGoodness(NodeView now, NodeView before, Wanted wanted, boolean fresh) {
    this.now = now;
    this.before = before;
    this.wanted = wanted;
    this.fresh = fresh;
  }

  List<Judgement> findings() {
    Set<String> expected = expected();
    for (String id : expected) {
      if (!now.pipelines().containsKey(id)) {
        wait(id, "is not there");
      }
    }
    now.pipelines()
        .forEach(
            (id, pipeline) -> {
              if (wanted.removedPipelines().contains(id)) {
                removed(id);
              } else if (before.answers() && !expected.contains(id)) {
                wait(id, "is there and should not be");
              } else {
                PipelineView known = before.pipelines().get(id);
                reloads(id, pipeline, known);
                state(id, pipeline, known);
                text(id, pipeline, known);
              }
            });
    nodeReloads();
    return findings;
  }

  private Set<String> expected() {
    Set<String> expected = new TreeSet<>(before.pipelines().keySet());
    expected.addAll(wanted.addedPipelines());
    expected.addAll(wanted.changedPipelines());
    expected.addAll(wanted.reloadedPipelines());
    expected.removeAll(wanted.removedPipelines());
    return expected;
  }

  /** Without health, the same process shows a removed pipeline for ever. */
  private void removed(String id) {
    if (!now.weak() || fresh) {
      wait(id, "is still there");
    }
  }

  /**
   * A failed reload can leave the old text running and everything green. Where nothing is known of
   * a pipeline's counters before, an earlier life of the same name may have left them: the node's
   * own counter tells then.
   */
  private void reloads(String id, PipelineView pipeline, @Nullable PipelineView known) {
    if (fresh || known != null) {
      long failures = fresh ? 0 : known.reloadFailures();
      String error = fresh ? null : known.lastError();
      boolean down = "UNKNOWN".equals(pipeline.state());
      boolean another = pipeline.lastError() != null && !pipeline.lastError().equals(error);
      if (pipeline.reloadFailures() > failures || down && another) {
        bad(id, "failed to load: " + error(pipeline));
      }
    } else if (!before.answers() && touched(id) && pipeline.reloadFailures() > 0) {
      wait(id, "failed to load, before or now: " + error(pipeline));
    }
  }

  private void nodeReloads() {
    if (!before.answers()
        || now.reloadFailures() <= (fresh ? 0 : before.reloadFailures())
        || findings.stream().anyMatch(f -> f.verdict() == Judgement.Verdict.BAD)) {
      return;
    }
    for (Map.Entry<String, PipelineView> entry : now.pipelines().entrySet()) {
      PipelineView known = before.pipelines().get(entry.getKey());
      String error = entry.getValue().lastError();
      if (error != null && (fresh || known == null || !error.equals(known.lastError()))) {
        bad(entry.getKey(), "failed to load: " + error);
        return;
      }
    }
    findings.add(
        Judgement.bad(
            "a pipeline failed to load: "
                + now.reloadFailures()
                + " failures, before "
                + (fresh ? 0 : before.reloadFailures())));
  }

  private void state(String id, PipelineView pipeline, @Nullable PipelineView known) {
    if (pipeline.state() == null || pipeline.state().equals("RUNNING")) {
      return;
    }
    switch (pipeline.state()) {
      case "TERMINATED" -> {
        // A crashed pipeline is what a change of its text may repair: until then it is no news.
        if (anew(id) && known != null && sameObject(pipeline, known) && terminated(known)) {
          wait(id, "is TERMINATED, as before, and not loaded anew yet");
        } else {
          bad(id, "is TERMINATED: it crashed");
        }
      }
      case "FINISHED" -> {
        if (known == null || !"FINISHED".equals(known.state())) {
          wait(id, "is FINISHED, which it was not before");
        }
      }
      default -> wait(id, "is " + pipeline.state());
    }
  }

  private void text(String id, PipelineView pipeline, @Nullable PipelineView known) {
    if (pipeline.hash().isEmpty()) {
      wait(id, "shows no text yet");
    } else if (known == null) {
      return;
    } else if (wanted.changedPipelines().contains(id) && pipeline.hash().equals(known.hash())) {
      wait(id, "still has the old text");
    } else if (anew(id)) {
      if (sameObject(pipeline, known)) {
        wait(id, "is not loaded anew yet");
      }
    } else if (!wanted.addedPipelines().contains(id)
        && !known.hash().isEmpty()
        && !pipeline.hash().equals(known.hash())) {
      bad(id, "runs another text than before");
    }
  }

  private boolean touched(String id) {
    return anew(id) || wanted.addedPipelines().contains(id);
  }

  private boolean anew(String id) {
    return wanted.changedPipelines().contains(id) || wanted.reloadedPipelines().contains(id);
  }

  private static boolean sameObject(PipelineView pipeline, PipelineView known) {
    return pipeline.ephemeralId().equals(known.ephemeralId());
  }

  private static boolean terminated(PipelineView pipeline) {
    return "TERMINATED".equals(pipeline.state());
  }

  private static String error(PipelineView pipeline) {
    return pipeline.lastError() == null ? "no error is shown" : pipeline.lastError();
  }

  private void wait(String id, String what) {
    findings.add(Judgement.wait("pipeline " + id + " " + what));
  }

  private void bad(String id, String what) {
    findings.add(Judgement.bad("pipeline " + id + " " + what));
  }
}
