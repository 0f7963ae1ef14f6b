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
    String[] words = row.getString("outcome").split(" ", 3);
    Kind kind = Term.parse(Kind.class, words[0]);
    UUID taskId = row.getUUID("task_id");
    Long epoch = row.getLong("epoch");
    return new Outcome(
        kind,
        row.getString("result"),
        kind.recorded() ? taskId : null,
        epoch == null ? 0 : epoch,
        kind == Kind.REPLAYED ? row.getUUID("seen_request_id") : null,
        kind == Kind.REFUSED ? why(words) : null,
        words.length > 2 ? words[2] : null);
  }

  private static Refusal why(String[] words) {
    return words.length > 1 ? Term.parse(Refusal.class, words[1]) : Refusal.STATUS;
  }

  /** How an answer that has no result is kept with its nonce; {@link #read} understands it. */
  static String refusal(Outcome outcome) {
    Refusal why = outcome.refusal();
    if (why == null) {
      return outcome.kind().text();
    }
    String subject = outcome.subject();
    return outcome.kind().text() + " " + why.text() + (subject == null ? "" : " " + subject);
  }
}
