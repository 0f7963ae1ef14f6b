package io.holdpoint.store;

import io.holdpoint.task.Outcome;
import io.holdpoint.task.Outcome.Kind;
import io.holdpoint.task.Outcome.Refusal;
import io.holdpoint.task.Term;
import io.vertx.sqlclient.Row;
import java.util.UUID;

/** Reads the outcome columns that every command statement gives back. */
final class Outcomes {
  private Outcomes() {}

  static Outcome read(Row row) {
    Kind kind = Term.parse(Kind.class, row.getString("outcome"));
    UUID taskId = row.getUUID("task_id");
    Long epoch = row.getLong("epoch");
    return new Outcome(
        kind,
        row.getString("result"),
        kind.recorded() ? taskId : null,
        epoch == null ? 0 : epoch,
        kind == Kind.REPLAYED ? row.getUUID("seen_request_id") : null,
        kind == Kind.REFUSED ? Refusal.STATUS : null);
  }
}
