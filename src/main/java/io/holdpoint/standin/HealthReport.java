package io.holdpoint.standin;

import io.holdpoint.standin.PipelineView.State;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The health of the pipelines that are there; those removed are not. */
record HealthReport(Agent.View view) {
  /** The worst pipeline's; with none it is unknown at first, and green later. */
  String status() {
    if (!view.converged()) {
      return State.UNKNOWN.status;
    }
    State worst = State.RUNNING;
    for (PipelineView pipeline : view.pipelines()) {
      if (pipeline.present() && pipeline.state().badness > worst.badness) {
        worst = pipeline.state();
      }
    }
    return worst.status;
  }

  Map<String, @Nullable Object> body() {
    Map<String, @Nullable Object> pipelines = new LinkedHashMap<>();
    for (PipelineView pipeline : view.pipelines()) {
      if (pipeline.present()) {
        pipelines.put(pipeline.id(), indicator(pipeline.state()));
      }
    }
    String names = String.join("`, `", pipelines.keySet());
    return Json.object(
        "status",
        status(),
        "symptom",
        symptom(1, "pipelines"),
        "indicators",
        Json.object(
            "pipelines",
            Json.object(
                "status",
                status(),
                "symptom",
                symptom(pipelines.size(), names),
                "indicators",
                pipelines)));
  }

  private String symptom(int count, String names) {
    String verb = count == 1 ? " indicator is " : " indicators are ";
    return count == 0 ? "no indicators" : count + verb + adjective(status()) + " (`" + names + "`)";
  }

  private static Map<String, @Nullable Object> indicator(State state) {
    Map<String, @Nullable Object> indicator = Json.object("status", state.status);
    if (state == State.RUNNING) {
      indicator.put("symptom", "The pipeline is healthy");
    } else {
      String name = state.name().toLowerCase(Locale.ROOT);
      indicator.put(
          "symptom",
          "The pipeline is "
              + adjective(state.status)
              + "; 1 area is impacted and 1 diagnosis is available");
      indicator.put(
          "diagnosis",
          List.of(
              Json.object(
                  "id",
                  "logstash:health:pipeline:status:diagnosis:" + name,
                  "cause",
                  "pipeline is " + name,
                  "action",
                  "check the logs")));
      indicator.put(
          "impacts",
          List.of(
              Json.object(
                  "id",
                  "logstash:health:pipeline:status:impact:" + name,
                  "severity",
                  state == State.TERMINATED ? 1 : 2,
                  "description",
                  "the pipeline is " + name,
                  "impact_areas",
                  List.of("pipeline_execution"))));
    }
    indicator.put("details", Json.object("status", Json.object("state", state.name())));
    return indicator;
  }

  private static String adjective(String status) {
    return switch (status) {
      case "green" -> "healthy";
      case "yellow" -> "concerning";
      case "red" -> "unhealthy";
      default -> "unknown";
    };
  }
}
