package io.holdpoint.api;

import static io.holdpoint.api.TaskDocument.put;
import static io.holdpoint.api.TaskDocument.putTime;

import io.holdpoint.task.ChangeTask;
import io.holdpoint.task.ChangeTask.Step;
import io.holdpoint.task.Checkpoint;
import io.holdpoint.task.StepState;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** A step, and what it left of its node: what is settling, unsettled, armed. */
final class StepDocument {
  private StepDocument() {}

  /**
   * @param typicalMillis active time that such a step took before in this fleet; null without
   *     history
   */
  static JsonObject of(Step step, @Nullable Long typicalMillis) {
    JsonObject document =
        new JsonObject()
            .put("step", step.step())
            .put("wave", step.wave())
            .put("direction", step.direction().text())
            .put("action", step.action().text())
            .put("state", step.state().text())
            .put("attempt", step.attempt())
            .put("failures", step.failures())
            .put("activeMillis", step.activeMillis());
    put(document, "typicalMillis", typicalMillis);
    put(document, "nodeId", step.nodeId());
    put(document, "error", step.error());
    if (step.bad()) {
      document.put("bad", true);
    }
    putTime(document, "startedAt", step.startedAt());
    putTime(document, "finishedAt", step.finishedAt());
    putTime(document, "leaseUntil", step.leaseUntil());
    if (step.settling() != null) {
      document.put("settling", settling(step));
    }
    JsonObject checkpoint = checkpoint(step);
    put(document, "found", checkpoint.getString(Checkpoint.FOUND));
    if (step.state() == StepState.PENDING) {
      put(document, "unsettled", unsettled(checkpoint));
      put(document, "evidence", checkpoint.getJsonObject(Checkpoint.EVIDENCE));
    }
    return document;
  }

  private static JsonObject checkpoint(Step step) {
    return step.checkpoint() == null ? new JsonObject() : new JsonObject(step.checkpoint());
  }

  private static JsonObject settling(Step step) {
    JsonObject settling = new JsonObject().put("why", step.settling());
    putTime(settling, "since", step.settlingSince());
    return settling;
  }

  /** A put-back step whose node was asked to stop and was not seen good again. */
  private static @Nullable JsonObject unsettled(JsonObject checkpoint) {
    if (!checkpoint.getBoolean(Checkpoint.STOP_SENT, false)
        || checkpoint.containsKey(Checkpoint.AFTER)) {
      return null;
    }
    JsonObject unsettled =
        new JsonObject().put("ephemeralId", checkpoint.getString(Checkpoint.BEFORE));
    put(unsettled, "pid", checkpoint.getLong(Checkpoint.PID));
    return unsettled;
  }

  /** The steps in flight that must not be cut now, with why and since when. */
  static JsonArray settling(ChangeTask task) {
    JsonArray all = new JsonArray();
    for (Step step : task.steps()) {
      if (step.settling() != null) {
        all.add(about(step).mergeIn(settling(step)));
      }
    }
    return all;
  }

  /** The nodes that were asked to end and were left so. */
  static JsonArray unsettled(ChangeTask task) {
    JsonArray all = new JsonArray();
    for (Step step : task.steps()) {
      JsonObject left = step.state() == StepState.PENDING ? unsettled(checkpoint(step)) : null;
      if (left != null) {
        all.add(about(step).mergeIn(left));
      }
    }
    return all;
  }

  /** The nodes with something on disk that their process has not loaded: any restart loads it. */
  static JsonArray armed(ChangeTask task) {
    JsonArray all = new JsonArray();
    for (Step step : task.steps()) {
      JsonArray paths = checkpoint(step).getJsonArray(Checkpoint.ARMED);
      if (paths != null && step.state() != StepState.DONE) {
        all.add(about(step).put("paths", paths));
      }
    }
    return all;
  }

  private static JsonObject about(Step step) {
    return new JsonObject().put("step", step.step()).put("nodeId", step.nodeId());
  }
}
