package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

import io.holdpoint.task.Command.Steer;
import io.holdpoint.task.EventKind;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.Nonce;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.task.TaskState;
import io.holdpoint.task.Term;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Interrupts and resumes: a batch is one guarded statement that changes the tasks, writes the
 * events and records the tokens, and gives one row back per command.
 */
public final class SteerStore {
  private static final String INTERRUPT_ONE = statement("interrupt_one");
  private static final String INTERRUPT_MANY = statement("interrupt_many");
  private static final String RESUME_ONE = statement("resume_one");
  private static final String RESUME_MANY = statement("resume_many");

  private final CommandLink link;

  public SteerStore(Vertx vertx, Database database) {
    link = new CommandLink(vertx, database);
  }

  /**
   * What became of one command of a batch.
   *
   * @param event what was written to the history; null when this command changed nothing
   */
  public record Applied(Outcome outcome, @Nullable TaskEvent event) {}

  /**
   * Applies commands of one operation whose tokens are distinct.
   *
   * @param timeoutMillis after this the outcome of the whole batch is unknown
   * @return one result per command, in their order; fails with a {@link StoreException} only
   */
  public Future<List<Applied>> apply(Operation operation, List<Steer> batch, long timeoutMillis) {
    boolean interrupt = operation == Operation.INTERRUPT;
    boolean alone = batch.size() == 1;
    String sql =
        interrupt ? (alone ? INTERRUPT_ONE : INTERRUPT_MANY) : (alone ? RESUME_ONE : RESUME_MANY);
    Tuple arguments = alone ? one(batch.get(0), interrupt) : many(batch, interrupt);
    return link.execute(sql, arguments, timeoutMillis).map(rows -> read(rows, batch, interrupt));
  }

  private static Tuple one(Steer command, boolean interrupt) {
    Tuple arguments =
        Tuple.tuple(new ArrayList<>(10))
            .addString(command.ticket().accountId())
            .addString(command.instanceId())
            .addString(command.ticket().clientToken())
            .addUUID(command.ticket().requestId())
            .addBuffer(Buffer.buffer(command.ticket().fingerprint()));
    if (interrupt) {
      arguments.addString(command.mode().text());
    }
    Nonce nonce = command.ticket().nonce();
    return arguments
        .addString(command.ticket().principal())
        .addString(command.ticket().reason())
        .addUUID(nonce == null ? null : nonce.id())
        .addUUID(nonce == null ? null : nonce.requestDigest());
  }

  private static Tuple many(List<Steer> batch, boolean interrupt) {
    int size = batch.size();
    String[] accounts = new String[size];
    String[] instances = new String[size];
    String[] tokens = new String[size];
    UUID[] requests = new UUID[size];
    Buffer[] fingerprints = new Buffer[size];
    String[] modes = new String[size];
    String[] principals = new String[size];
    String[] reasons = new String[size];
    UUID[] nonces = new UUID[size];
    UUID[] digests = new UUID[size];
    for (int i = 0; i < size; i++) {
      Steer command = batch.get(i);
      accounts[i] = command.ticket().accountId();
      instances[i] = command.instanceId();
      tokens[i] = command.ticket().clientToken();
      requests[i] = command.ticket().requestId();
      fingerprints[i] = Buffer.buffer(command.ticket().fingerprint());
      modes[i] = command.mode().text();
      principals[i] = command.ticket().principal();
      reasons[i] = command.ticket().reason();
      Nonce nonce = command.ticket().nonce();
      if (nonce != null) {
        nonces[i] = nonce.id();
        digests[i] = nonce.requestDigest();
      }
    }
    Tuple arguments =
        Tuple.tuple(new ArrayList<>(10))
            .addArrayOfString(accounts)
            .addArrayOfString(instances)
            .addArrayOfString(tokens)
            .addArrayOfUUID(requests)
            .addArrayOfBuffer(fingerprints);
    if (interrupt) {
      arguments.addArrayOfString(modes);
    }
    return arguments
        .addArrayOfString(principals)
        .addArrayOfString(reasons)
        .addArrayOfUUID(nonces)
        .addArrayOfUUID(digests);
  }

  private static List<Applied> read(RowSet<Row> rows, List<Steer> batch, boolean interrupt) {
    List<Applied> applied = new ArrayList<>(batch.size());
    for (Row row : rows) {
      Steer command = batch.get(row.getInteger("ord") - 1);
      TaskEvent event =
          row.getBoolean("own")
              ? (interrupt ? interrupted(row, command) : resumed(row, command))
              : null;
      applied.add(new Applied(Outcomes.read(row), event));
    }
    if (applied.size() != batch.size()) {
      throw new IllegalStateException(
          "a batch of " + batch.size() + " commands came back as " + applied.size() + " rows");
    }
    return applied;
  }

  private static TaskEvent interrupted(Row row, Steer command) {
    boolean fresh = row.getBoolean("fresh");
    return event(
        row,
        command,
        fresh ? EventKind.INTERRUPTED : EventKind.INTERRUPT_TIGHTENED,
        fresh ? Term.parse(TaskState.class, row.getString("suspended_from")) : null,
        fresh ? TaskState.SUSPENDED : null,
        Term.parse(InterruptMode.class, row.getString("mode")));
  }

  private static TaskEvent resumed(Row row, Steer command) {
    return event(row, command, EventKind.RESUMED, TaskState.SUSPENDED, TaskState.RUNNING, null);
  }

  private static TaskEvent event(
      Row row,
      Steer command,
      EventKind kind,
      @Nullable TaskState from,
      @Nullable TaskState to,
      @Nullable InterruptMode mode) {
    return new TaskEvent(
        command.ticket().accountId(),
        command.instanceId(),
        row.getUUID("task_id"),
        row.getLong("sequence"),
        kind,
        from,
        to,
        row.getLong("epoch"),
        row.getInteger("in_flight"),
        null,
        null,
        command.ticket().requestId(),
        command.ticket().principal(),
        command.ticket().reason(),
        mode,
        row.getOffsetDateTime("at").toInstant());
  }

  public Future<Void> close() {
    return link.close();
  }
}
