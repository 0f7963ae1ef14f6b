package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

import io.holdpoint.task.Command;
import io.holdpoint.task.EventKind;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.task.TaskState;
import io.holdpoint.task.Term;
import io.holdpoint.task.Ticket;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * Turns suspended tasks: back, away, or on after a decision; each exactly once per token. Futures
 * fail with a {@link StoreException}; a conflict may be run again.
 */
public final class TurnStore {
  private static final String TURN_TASK = statement("turn_task");

  private final NonceMemory nonces;

  public TurnStore(Database database) {
    nonces = new NonceMemory(database);
  }

  /**
   * What became of a turn.
   *
   * @param event what was written to the history; null when nothing changed
   */
  public record Turned(Outcome outcome, @Nullable TaskEvent event) {}

  public Future<Turned> turn(Command.Turn command) {
    Ticket ticket = command.ticket();
    Tuple arguments =
        Tuple.tuple()
            .addString(ticket.accountId())
            .addString(command.instanceId())
            .addString(ticket.clientToken())
            .addUUID(ticket.requestId())
            .addBuffer(Buffer.buffer(ticket.fingerprint()))
            .addString(move(command.operation()))
            .addString(command.decision() == null ? null : command.decision().text())
            .addString(command.nodeId())
            .addString(ticket.principal())
            .addString(reason(command));
    return nonces.once(
        ticket,
        connection ->
            connection
                .preparedQuery(TURN_TASK)
                .execute(arguments)
                .map(rows -> read(rows.iterator().next(), command)),
        Turned::outcome,
        earlier -> new Turned(earlier, null));
  }

  private static String move(Operation operation) {
    return switch (operation) {
      case REVERT -> "revert";
      case ABANDON -> "abandon";
      default -> "decide";
    };
  }

  /** A decision is told with the caller's own words behind it. */
  private static @Nullable String reason(Command.Turn command) {
    String reason = command.ticket().reason();
    if (command.decision() == null) {
      return reason;
    }
    return command.decision().text() + (reason == null ? "" : ": " + reason);
  }

  private static Turned read(Row row, Command.Turn command) {
    Outcome outcome = Outcomes.read(row);
    if (outcome.kind() != Outcome.Kind.APPLIED) {
      return new Turned(outcome, null);
    }
    EventKind kind =
        switch (command.operation()) {
          case REVERT -> EventKind.REVERTING;
          case ABANDON -> EventKind.ABANDONED;
          default -> EventKind.DECIDED;
        };
    return new Turned(
        outcome,
        new TaskEvent(
            command.ticket().accountId(),
            command.instanceId(),
            row.getUUID("task_id"),
            row.getLong("sequence"),
            kind,
            TaskState.SUSPENDED,
            Term.parse(TaskState.class, row.getString("state")),
            outcome.epoch(),
            row.getInteger("in_flight"),
            null,
            null,
            command.ticket().requestId(),
            command.ticket().principal(),
            reason(command),
            null,
            Rows.instant(row, "at")));
  }
}
