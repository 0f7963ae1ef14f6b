package io.holdpoint.bus;

import io.holdpoint.task.EventKind;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.task.TaskState;
import io.holdpoint.task.Term;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A {@link TaskEvent} on the wire between members: a JSON object whose members have the names of
 * the record's. A reader ignores members it does not know.
 */
final class TaskEventJson {
  private TaskEventJson() {}

  static JsonObject toJson(TaskEvent event) {
    return new JsonObject()
        .put("accountId", event.accountId())
        .put("instanceId", event.instanceId())
        .put("taskId", event.taskId().toString())
        .put("sequence", event.sequence())
        .put("kind", event.kind().text())
        .put("from", text(event.from()))
        .put("to", text(event.to()))
        .put("epoch", event.epoch())
        .put("inFlight", event.inFlight())
        .put("step", event.step())
        .put("nodeId", event.nodeId())
        .put("requestId", event.requestId() == null ? null : event.requestId().toString())
        .put("principal", event.principal())
        .put("reason", event.reason())
        .put("mode", text(event.mode()))
        .put("at", event.at());
  }

  static TaskEvent fromJson(JsonObject json) {
    String requestId = json.getString("requestId");
    return new TaskEvent(
        json.getString("accountId"),
        json.getString("instanceId"),
        UUID.fromString(json.getString("taskId")),
        json.getLong("sequence"),
        Term.parse(EventKind.class, json.getString("kind")),
        term(TaskState.class, json.getString("from")),
        term(TaskState.class, json.getString("to")),
        json.getLong("epoch"),
        json.getInteger("inFlight"),
        json.getInteger("step"),
        json.getString("nodeId"),
        requestId == null ? null : UUID.fromString(requestId),
        json.getString("principal"),
        json.getString("reason"),
        term(InterruptMode.class, json.getString("mode")),
        json.getInstant("at"));
  }

  private static @Nullable String text(@Nullable Term term) {
    return term == null ? null : term.text();
  }

  private static <E extends Enum<E> & Term> @Nullable E term(Class<E> type, @Nullable String text) {
    return text == null ? null : Term.parse(type, text);
  }
}
