package io.holdpoint.api;

import io.holdpoint.task.ChangeTask;
import io.holdpoint.task.ChangeTask.Step;
import io.holdpoint.task.EventDocument;
import io.holdpoint.task.Node;
import io.holdpoint.task.StepState;
import io.holdpoint.task.StreamEntry;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.task.Term;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tasks, events and nodes as {@code /v1} shows them; absent members have no value yet. */
final class TaskDocument {
  private TaskDocument() {}

  static JsonObject of(ChangeTask task) {
    JsonArray steps = new JsonArray();
    JsonArray inFlight = new JsonArray();
    for (Step step : task.present()) {
      steps.add(StepDocument.of(step, task.typicalMillis().get(step.action())));
      if (step.state() == StepState.RUNNING) {
        inFlight.add(step.step());
      }
    }
    JsonObject document =
        new JsonObject()
            .put("taskId", task.taskId().toString())
            .put("instanceId", task.instanceId())
            .put("change", task.change())
            .put("direction", task.direction().text())
            .put("state", task.state().text())
            .put("epoch", task.epoch())
            .put("sequence", task.sequence())
            .put("hold", text(task.hold()))
            .put("interruptMode", text(task.interruptMode()))
            .put("createdAt", LogstashDocument.time(task.createdAt()))
            .put("updatedAt", LogstashDocument.time(task.updatedAt()))
            .put("activeMillis", task.activeMillis())
            .put("progress", task.progress())
            .put("steps", steps)
            .put("nodes", nodeProgress(task))
            .put("inFlight", inFlight)
            .put("settling", StepDocument.settling(task))
            .put("unsettled", StepDocument.unsettled(task))
            .put("armed", StepDocument.armed(task))
            .put("stepsStartedAfterAck", task.stepsStartedAfterAck());
    if (!task.state().finished()) {
      task.remainingMillis().ifPresent(left -> document.put("remainingMillis", left));
    }
    putTime(document, "suspendedAt", task.suspendedAt());
    putTime(document, "quiescedAt", task.quiescedAt());
    putTime(document, "finishedAt", task.finishedAt());
    return document;
  }

  /** How much of each node's steps in the present direction is done. */
  private static JsonArray nodeProgress(ChangeTask task) {
    Map<String, int[]> counts = new LinkedHashMap<>();
    for (Step step : task.steps()) {
      if (step.nodeId() != null && step.direction() == task.direction()) {
        int[] count = counts.computeIfAbsent(step.nodeId(), id -> new int[2]);
        count[0]++;
        count[1] += step.state() == StepState.DONE ? 1 : 0;
      }
    }
    JsonArray nodes = new JsonArray();
    counts.forEach(
        (nodeId, count) ->
            nodes.add(
                new JsonObject()
                    .put("nodeId", nodeId)
                    .put("progress", 100.0 * count[1] / count[0])));
    return nodes;
  }

  static JsonArray events(List<TaskEvent> events) {
    JsonArray documents = new JsonArray();
    events.forEach(event -> documents.add(new JsonObject(EventDocument.write(event))));
    return documents;
  }

  /** As a message of the stream has it. */
  static JsonObject of(StreamEntry entry) {
    return new JsonObject(EventDocument.write(entry));
  }

  static JsonObject nodes(List<Node> nodes) {
    JsonArray documents = new JsonArray();
    for (Node node : nodes) {
      JsonObject document =
          new JsonObject()
              .put("nodeId", node.nodeId())
              .put("address", node.address())
              .put("driver", node.driver());
      put(document, "apiEndpoint", node.apiEndpoint());
      put(document, "credential", node.credential());
      documents.add(document.put("settings", new JsonObject(node.settings())));
    }
    return new JsonObject().put("nodes", documents);
  }

  static @Nullable String text(@Nullable Term term) {
    return term == null ? null : term.text();
  }

  static void put(JsonObject document, String name, @Nullable Object value) {
    if (value != null) {
      document.put(name, value);
    }
  }

  static void putTime(JsonObject document, String name, @Nullable Instant time) {
    put(document, name, time == null ? null : LogstashDocument.time(time));
  }
}
