package io.holdpoint.store;

import io.holdpoint.task.EventKind;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.task.TaskState;
import io.holdpoint.task.Term;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the one or two events that a settlement wrote: the step's, and what it led to. */
final class SettlementEvents {
  private SettlementEvents() {}

  static List<TaskEvent> read(Row row) {
    List<TaskEvent> events = new ArrayList<>(2);
    EventKind extra = Rows.term(EventKind.class, row.getString("extra"));
    boolean transition = extra != null && extra != EventKind.QUIESCED;
    long sequence = row.getLong("sequence");
    long epoch = row.getLong("epoch");
    EventKind kind = Term.parse(EventKind.class, row.getString("kind"));
    events.add(
        event(
            row,
            extra == null ? sequence : sequence - 1,
            kind,
            transition ? epoch - 1 : epoch,
            null,
            null,
            row.getString("reason")));
    if (extra != null) {
      TaskState to = Term.parse(TaskState.class, row.getString("state"));
      events.add(
          event(
              row,
              sequence,
              extra,
              epoch,
              transition ? TaskState.RUNNING : null,
              transition ? to : null,
              extra == EventKind.HELD ? row.getString("reason") : null));
    }
    return events;
  }

  private static TaskEvent event(
      Row row,
      long sequence,
      EventKind kind,
      long epoch,
      @Nullable TaskState from,
      @Nullable TaskState to,
      @Nullable String reason) {
    return new TaskEvent(
        row.getString("account_id"),
        row.getString("instance_id"),
        row.getUUID("task_id"),
        sequence,
        kind,
        from,
        to,
        epoch,
        row.getInteger("in_flight"),
        row.getInteger("step"),
        row.getString("node_id"),
        null,
        row.getString("principal"),
        reason,
        null,
        Rows.instant(row, "at"));
  }
}
