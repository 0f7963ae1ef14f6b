package io.holdpoint.worker;

import io.holdpoint.driver.NodeView;
import io.holdpoint.driver.NodeViewDocument;
import io.holdpoint.task.Assignment;
import io.holdpoint.task.Assignment.Planned;
import io.holdpoint.task.Checkpoint;
import io.holdpoint.task.StepAction;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What the earlier steps of a task left of one node.
 *
 * @param prepared the checkpoint of its preparation; empty when that never ended
 * @param changed the checkpoint of the step that changed or restarted it; empty when that never
 *     began
 * @param changedBy the number of that step
 * @param tolerated it turned bad, within the failure budget
 */
record NodeHistory(JsonObject prepared, JsonObject changed, int changedBy, boolean tolerated) {

  static NodeHistory of(Assignment assignment, String nodeId) {
    JsonObject prepared = new JsonObject();
    JsonObject changed = new JsonObject();
    int changedBy = 0;
    boolean tolerated = false;
    for (Planned step : assignment.steps()) {
      if (nodeId.equals(step.nodeId()) && step.checkpoint() != null) {
        if (step.action() == StepAction.PREPARE) {
          prepared = new JsonObject(step.checkpoint());
        } else if (step.action() == StepAction.APPLY || step.action() == StepAction.RESTART) {
          changed = new JsonObject(step.checkpoint());
          changedBy = step.step();
          tolerated = step.bad();
        }
      }
    }
    return new NodeHistory(prepared, changed, changedBy, tolerated);
  }

  /** Null when the node was never prepared. */
  @Nullable NodeRecord record() {
    JsonObject record = prepared.getJsonObject(Checkpoint.RECORD);
    return record == null ? null : NodeRecord.read(record);
  }

  /** The node before the change; null when it was never looked at. */
  @Nullable NodeView baseline() {
    return view(prepared.getJsonObject(Checkpoint.BASELINE));
  }

  /** The node after the change, verified; null when that did not come to its end. */
  @Nullable NodeView after() {
    return view(changed.getJsonObject(Checkpoint.AFTER));
  }

  private static @Nullable NodeView view(@Nullable JsonObject document) {
    return document == null ? null : NodeViewDocument.read(document);
  }
}
