package io.holdpoint.api;

import io.holdpoint.task.ChangeTask;
import io.holdpoint.task.ChangeTask.Step;
import io.holdpoint.task.Checkpoint;
import io.holdpoint.task.Operation;
import io.holdpoint.task.StepAction;
import io.holdpoint.task.StepState;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What reverting would touch, or what abandoning would leave as it is, node by node. */
final class TurnPreview {
  private TurnPreview() {}

  static JsonObject of(ChangeTask task, Operation operation) {
    JsonArray nodes = new JsonArray();
    for (Step step : task.steps()) {
      boolean changes = step.action() == StepAction.APPLY || step.action() == StepAction.RESTART;
      if (changes && step.startedAt() != null) {
        nodes.add(node(task, step, operation));
      }
    }
    return new JsonObject()
        .put("taskId", task.taskId().toString())
        .put("would", operation == Operation.REVERT ? "revert" : "abandon")
        .put("nodes", nodes);
  }

  private static JsonObject node(ChangeTask task, Step step, Operation operation) {
    JsonObject checkpoint = document(step);
    JsonObject record = record(task, step);
    JsonObject node =
        new JsonObject()
            .put("nodeId", step.nodeId())
            .put("changed", step.state() == StepState.DONE ? "whole" : "partly")
            .put("files", files(record))
            .put("commands", commands(record));
    if (operation == Operation.REVERT) {
      boolean touched =
          checkpoint.containsKey(Checkpoint.ARMED_IN)
              || checkpoint.containsKey(Checkpoint.STOP_SENT)
              || checkpoint.containsKey(Checkpoint.AFTER);
      boolean restart = "RESTART".equals(record.getString("loading"));
      node.put("restart", touched && restart).put("reload", !restart && !record.isEmpty());
    } else if (checkpoint.containsKey(Checkpoint.ARMED)) {
      node.put("armed", checkpoint.getJsonArray(Checkpoint.ARMED));
    }
    return node;
  }

  private static JsonObject record(ChangeTask task, Step changing) {
    return task.steps().stream()
        .filter(step -> step.action() == StepAction.PREPARE)
        .filter(step -> String.valueOf(changing.nodeId()).equals(step.nodeId()))
        .map(step -> document(step).getJsonObject(Checkpoint.RECORD, new JsonObject()))
        .findFirst()
        .orElse(new JsonObject());
  }

  private static JsonObject document(Step step) {
    return step.checkpoint() == null ? new JsonObject() : new JsonObject(step.checkpoint());
  }

  private static JsonArray files(JsonObject record) {
    JsonArray paths = new JsonArray();
    for (Object file : record.getJsonArray("files", new JsonArray())) {
      paths.add(((JsonObject) file).getString("target"));
    }
    if (record.getValue("link") instanceof JsonObject link) {
      paths.add(link.getString("link"));
    }
    return paths;
  }

  private static JsonArray commands(JsonObject record) {
    JsonArray commands = new JsonArray();
    for (Object command : record.getJsonArray("commands", new JsonArray())) {
      commands.add(((JsonObject) command).getString("why"));
    }
    return commands;
  }
}
