package io.holdpoint.api;

import io.holdpoint.task.ChangeTask;
import io.holdpoint.task.ChangeTask.Step;
import io.holdpoint.task.StepAction;
import io.holdpoint.task.StepState;
import io.holdpoint.task.TaskState;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * An unfinished task as a member of {@code clusterTasks}: the progress of the whole is the mean of
 * its sub-tasks, as in the API's own samples; {@code detail} says what an operator needs at night.
 */
final class ClusterTaskDocument {
  private ClusterTaskDocument() {}

  static JsonObject of(ChangeTask task) {
    JsonArray subTasks = new JsonArray();
    for (StepAction action : StepAction.values()) {
      if (!task.stepsOf(action).isEmpty()) {
        subTasks.add(subTask(task, action));
      }
    }
    return new JsonObject()
        .put("type", "updating")
        .put("progress", task.progress())
        .put("status", status(task))
        .put("canCancelable", false)
        .put("interruptible", true)
        .put("detail", detail(task))
        .put("subTasks", subTasks);
  }

  private static String status(ChangeTask task) {
    return switch (task.state()) {
      case PENDING -> "READY";
      case RUNNING -> "RUNNING";
      case SUSPENDED -> "SUSPENDED";
      case SUCCEEDED, REVERTED, ABANDONED -> "FINISHED";
    };
  }

  private static JsonObject detail(ChangeTask task) {
    JsonObject document = TaskDocument.of(task);
    JsonObject detail = new JsonObject();
    for (String member :
        new String[] {
          "taskId",
          "change",
          "direction",
          "state",
          "epoch",
          "hold",
          "interruptMode",
          "inFlight",
          "suspendedAt",
          "quiescedAt",
          "settling",
          "unsettled",
          "armed",
          "remainingMillis",
          "stepsStartedAfterAck"
        }) {
      if (document.getValue(member) != null) {
        detail.put(member, document.getValue(member));
      }
    }
    return detail;
  }

  private static JsonObject subTask(ChangeTask task, StepAction action) {
    long total = task.stepsOf(action).size();
    long done = count(task, action, StepState.DONE);
    boolean begun = done > 0 || task.stepsOf(action).stream().anyMatch(ClusterTaskDocument::begun);
    String status = "READY";
    if (done == total) {
      status = "FINISHED";
    } else if (begun) {
      boolean held = task.state() == TaskState.SUSPENDED;
      status = held && count(task, action, StepState.RUNNING) == 0 ? "SUSPENDED" : "RUNNING";
    }
    JsonObject detail =
        type(action).equals("rolling")
            ? new JsonObject().put("totalNodeCount", total).put("completedNodeCount", done)
            : new JsonObject();
    return new JsonObject()
        .put("type", type(action))
        .put("progress", task.progressOf(action))
        .put("status", status)
        .put("canCancelable", false)
        .put("interruptible", false)
        .put("detail", detail);
  }

  private static boolean begun(Step step) {
    return step.startedAt() != null;
  }

  private static long count(ChangeTask task, StepAction action, StepState state) {
    return task.stepsOf(action).stream().filter(step -> step.state() == state).count();
  }

  /** {@code rolling} and {@code finally} are the API's own names. */
  private static String type(StepAction action) {
    return switch (action) {
      case CHECK -> "check";
      case PREPARE -> "prepare";
      case RESTART, APPLY, REVERT -> "rolling";
      case SOAK -> "soak";
      case VERIFY -> "finally";
    };
  }
}
