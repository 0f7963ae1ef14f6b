package io.holdpoint.store;

import io.holdpoint.task.ChangeTask;
import io.holdpoint.task.ChangeTask.Step;
import io.holdpoint.task.Direction;
import io.holdpoint.task.EventFilter;
import io.holdpoint.task.EventKind;
import io.holdpoint.task.Hold;
import io.holdpoint.task.Instance;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.Node;
import io.holdpoint.task.Standing;
import io.holdpoint.task.StepAction;
import io.holdpoint.task.StepState;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.task.TaskState;
import io.holdpoint.task.Term;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns rows into the domain's records. */
final class Rows {
  private Rows() {}

  static Instance instance(String accountId, Row row, List<Node> nodes, @Nullable ChangeTask task) {
    return new Instance(
        accountId,
        row.getString("instance_id"),
        row.getString("version"),
        row.getString("description"),
        row.getInteger("node_amount"),
        Term.parse(Standing.class, row.getString("standing")),
        row.getLong("revision"),
        row.getString("specification"),
        instant(row, "created_at"),
        instant(row, "updated_at"),
        nodes,
        task);
  }

  static Node node(String accountId, String instanceId, Row row) {
    return new Node(
        accountId,
        instanceId,
        row.getString("node_id"),
        row.getString("address"),
        row.getString("driver"),
        row.getString("api_endpoint"),
        row.getString("credential"),
        new JsonObject(row.getString("settings")).getMap());
  }

  static ChangeTask task(Row row, List<Step> steps, Map<StepAction, Long> typicalMillis) {
    return new ChangeTask(
        row.getUUID("task_id"),
        row.getString("instance_id"),
        row.getString("change"),
        Term.parse(Direction.class, row.getString("direction")),
        Term.parse(TaskState.class, row.getString("state")),
        row.getLong("epoch"),
        row.getLong("sequence"),
        term(Hold.class, row.getString("hold")),
        term(InterruptMode.class, row.getString("mode")),
        row.getInteger("in_flight"),
        row.getLong("active_ms"),
        row.getLong("steps_after_ack"),
        instant(row, "created_at"),
        instant(row, "updated_at"),
        maybeInstant(row, "suspended_at"),
        maybeInstant(row, "quiesced_at"),
        maybeInstant(row, "finished_at"),
        steps,
        typicalMillis);
  }

  static Step step(Row row) {
    return new Step(
        row.getInteger("step"),
        row.getInteger("wave"),
        Term.parse(Direction.class, row.getString("direction")),
        Term.parse(StepAction.class, row.getString("action")),
        row.getString("node_id"),
        Term.parse(StepState.class, row.getString("state")),
        row.getInteger("attempt"),
        row.getInteger("failures"),
        row.getString("error"),
        row.getBoolean("bad"),
        row.getLong("active_ms"),
        row.getString("settling"),
        maybeInstant(row, "settling_since"),
        row.getString("checkpoint"),
        maybeInstant(row, "started_at"),
        maybeInstant(row, "finished_at"),
        maybeInstant(row, "lease_until"));
  }

  static TaskEvent event(String accountId, String instanceId, Row row) {
    return new TaskEvent(
        accountId,
        instanceId,
        row.getUUID("task_id"),
        row.getLong("sequence"),
        Term.parse(EventKind.class, row.getString("kind")),
        term(TaskState.class, row.getString("from_state")),
        term(TaskState.class, row.getString("to_state")),
        row.getLong("epoch"),
        row.getInteger("in_flight"),
        row.getInteger("step"),
        row.getString("node_id"),
        row.getUUID("request_id"),
        row.getString("principal"),
        row.getString("reason"),
        term(InterruptMode.class, row.getString("mode")),
        instant(row, "at"));
  }

  /** A kind that only a newer build knows is left out: this one reads no event of it. */
  static EventFilter filter(Row row) {
    String[] kinds = row.getArrayOfStrings("kinds");
    if (kinds == null) {
      return new EventFilter(row.getString("instance_id"), EventFilter.ALL.kinds());
    }
    List<String> wanted = List.of(kinds);
    return new EventFilter(
        row.getString("instance_id"),
        Stream.of(EventKind.values())
            .filter(kind -> wanted.contains(kind.text()))
            .collect(Collectors.toSet()));
  }

  static Instant instant(Row row, String column) {
    return row.getOffsetDateTime(column).toInstant();
  }

  static @Nullable Instant maybeInstant(Row row, String column) {
    OffsetDateTime value = row.getOffsetDateTime(column);
    return value == null ? null : value.toInstant();
  }

  static <E extends Enum<E> & Term> @Nullable E term(Class<E> type, @Nullable String text) {
    return text == null ? null : Term.parse(type, text);
  }
}
