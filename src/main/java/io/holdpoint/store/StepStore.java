package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

import io.holdpoint.task.Decision;
import io.holdpoint.task.Direction;
import io.holdpoint.task.EventKind;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.Settlement;
import io.holdpoint.task.StepAction;
import io.holdpoint.task.StepClaim;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.task.TaskState;
import io.holdpoint.task.Term;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Claims, heartbeats, checkpoints and settlements of steps. Each is one statement that decides on
 * the locked task row; time is the database's. Futures fail with a {@link StoreException}.
 */
public final class StepStore {
  private static final String CLAIM_STEPS = statement("claim_steps");
  private static final String RENEW_LEASES = statement("renew_leases");
  private static final String SAVE_CHECKPOINT = statement("save_checkpoint");
  private static final String SETTLE_STEP = statement("settle_step");
  private static final String EXPIRED_LEASES = statement("expired_leases");
  private static final String SAVE_OUTPUT = statement("save_output");

  /** Characters; the table has the same bound. */
  private static final int LONGEST_OUTPUT = 65_536;

  private final Database database;
  private final UUID workerId;
  private final long leaseMillis;
  private final int maxFailures;

  /**
   * @param maxFailures failed attempts of one step that suspend the task with hold needs-human
   */
  public StepStore(Database database, UUID workerId, Duration lease, int maxFailures) {
    this.database = database;
    this.workerId = workerId;
    this.leaseMillis = lease.toMillis();
    this.maxFailures = maxFailures;
  }

  /** Steps that this worker may run from now on, and the events of their beginning. */
  public record Claimed(List<StepClaim> claims, List<TaskEvent> events) {}

  /**
   * What the task of a held lease wants now.
   *
   * @param mode null unless an interrupt is in force
   * @param direction where the task goes
   */
  public record Wish(
      long epoch, boolean suspended, @Nullable InterruptMode mode, Direction direction) {}

  /** A lease that ran out, for {@link #putBackExpired}. */
  public record Expired(
      String accountId, UUID taskId, int step, long claimEpoch, int attempt, UUID workerId) {}

  /**
   * Claims steps that are ready, no more than this worker's share of all that run or are ready; one
   * more when some were left lying.
   *
   * @param limit how many at most
   * @param held how many it has
   * @param workers that share them
   */
  public Future<Claimed> claim(int limit, int held, int workers) {
    return rows(CLAIM_STEPS, Tuple.of(workerId, limit, leaseMillis, held, Math.max(1, workers)))
        .map(this::claimed);
  }

  private Claimed claimed(RowSet<Row> rows) {
    List<StepClaim> claims = new ArrayList<>(rows.size());
    List<TaskEvent> events = new ArrayList<>(rows.size() + 1);
    UUID previous = null;
    for (Row row : rows) {
      StepClaim claim = claim(row);
      long sequence = row.getLong("sequence");
      if (row.getBoolean("first") && !claim.taskId().equals(previous)) {
        events.add(
            event(
                row, claim, sequence - 1, EventKind.STARTED, TaskState.PENDING, TaskState.RUNNING));
      }
      events.add(event(row, claim, sequence, EventKind.STEP_BEGUN, null, null));
      claims.add(claim);
      previous = claim.taskId();
    }
    return new Claimed(claims, events);
  }

  private static StepClaim claim(Row row) {
    return new StepClaim(
        row.getString("account_id"),
        row.getUUID("task_id"),
        row.getString("instance_id"),
        row.getString("change"),
        row.getInteger("step"),
        Term.parse(Direction.class, row.getString("direction")),
        Term.parse(StepAction.class, row.getString("action")),
        row.getString("node_id"),
        row.getInteger("attempt"),
        row.getLong("claim_epoch"),
        row.getLong("spent_ms"),
        row.getString("checkpoint"),
        Rows.term(Decision.class, row.getString("decision")));
  }

  private TaskEvent event(
      Row row,
      StepClaim claim,
      long sequence,
      EventKind kind,
      @Nullable TaskState from,
      @Nullable TaskState to) {
    boolean step = kind == EventKind.STEP_BEGUN;
    return new TaskEvent(
        claim.accountId(),
        claim.instanceId(),
        claim.taskId(),
        sequence,
        kind,
        from,
        to,
        row.getLong("epoch"),
        step ? row.getInteger("in_flight") : 0,
        step ? claim.step() : null,
        step ? claim.nodeId() : null,
        null,
        principal(),
        null,
        null,
        Rows.instant(row, "at"));
  }

  /** Renews what is still held; a claim that is missing from the answer is lost. */
  public Future<Map<StepClaim.Key, Wish>> renew(Collection<StepClaim> held) {
    List<StepClaim> claims = List.copyOf(held);
    Tuple arguments =
        Tuple.tuple()
            .addArrayOfString(claims.stream().map(StepClaim::accountId).toArray(String[]::new))
            .addArrayOfUUID(claims.stream().map(StepClaim::taskId).toArray(UUID[]::new))
            .addArrayOfInteger(claims.stream().map(StepClaim::step).toArray(Integer[]::new))
            .addArrayOfLong(claims.stream().map(StepClaim::claimEpoch).toArray(Long[]::new))
            .addArrayOfInteger(claims.stream().map(StepClaim::attempt).toArray(Integer[]::new))
            .addLong(leaseMillis);
    return rows(RENEW_LEASES, arguments).map(StepStore::wishes);
  }

  private static Map<StepClaim.Key, Wish> wishes(RowSet<Row> rows) {
    Map<StepClaim.Key, Wish> wishes = new HashMap<>();
    for (Row row : rows) {
      wishes.put(
          new StepClaim.Key(
              row.getUUID("task_id"), row.getInteger("step"), row.getInteger("attempt")),
          new Wish(
              row.getLong("epoch"),
              row.getString("state").equals(TaskState.SUSPENDED.text()),
              Rows.term(InterruptMode.class, row.getString("mode")),
              Term.parse(Direction.class, row.getString("direction"))));
    }
    return wishes;
  }

  /**
   * Whether the checkpoint was kept; false means the lease is lost.
   *
   * @param settling why the step must not be cut now; null when it may
   */
  public Future<Boolean> checkpoint(StepClaim claim, String checkpoint, @Nullable String settling) {
    return rows(SAVE_CHECKPOINT, fence(claim).addString(checkpoint).addString(settling))
        .map(rows -> rows.rowCount() == 1);
  }

  /**
   * Keeps the newest part of what a step's commands printed.
   *
   * @return whether it was kept; false means the lease is lost
   */
  public Future<Boolean> output(StepClaim claim, String output) {
    String kept = output.replace('\u0000', '?');
    kept = kept.substring(Math.max(0, kept.length() - LONGEST_OUTPUT));
    return rows(SAVE_OUTPUT, fence(claim).addString(kept)).map(rows -> rows.rowCount() == 1);
  }

  /** The events of the settlement; none means the lease was lost and nothing changed. */
  public Future<List<TaskEvent>> settle(
      StepClaim claim, Settlement settlement, Duration retryDelay) {
    Tuple arguments =
        fence(claim)
            .addString(settlement.result().text())
            .addString(settlement.checkpoint())
            .addString(settlement.reason())
            .addInteger(maxFailures)
            .addLong(settlement.spentMillis())
            .addBoolean(false)
            .addString(principal())
            .addLong(retryDelay.toMillis())
            .addString(settlement.hold() == null ? null : settlement.hold().text())
            .addBoolean(settlement.bad());
    return rows(SETTLE_STEP, arguments).map(StepStore::settled);
  }

  /** Puts the step of a dead worker back, unless somebody was quicker. */
  public Future<List<TaskEvent>> putBackExpired(Expired lease) {
    Tuple arguments =
        Tuple.of(
                lease.accountId(),
                lease.taskId(),
                lease.step(),
                lease.claimEpoch(),
                lease.attempt())
            .addString(Settlement.Result.PUT_BACK.text())
            .addString(null)
            .addString("the lease of worker " + lease.workerId() + " ran out")
            .addInteger(maxFailures)
            .addLong(0L)
            .addBoolean(true)
            .addString(principal())
            .addLong(0L)
            .addString(null)
            .addBoolean(false);
    return rows(SETTLE_STEP, arguments).map(StepStore::settled);
  }

  public Future<List<Expired>> expired(int limit) {
    return rows(EXPIRED_LEASES, Tuple.of(limit))
        .map(
            rows -> {
              List<Expired> expired = new ArrayList<>(rows.size());
              for (Row row : rows) {
                expired.add(
                    new Expired(
                        row.getString("account_id"),
                        row.getUUID("task_id"),
                        row.getInteger("step"),
                        row.getLong("claim_epoch"),
                        row.getInteger("attempt"),
                        row.getUUID("worker_id")));
              }
              return expired;
            });
  }

  private String principal() {
    return "worker " + workerId;
  }

  private static Tuple fence(StepClaim claim) {
    return Tuple.of(
        claim.accountId(), claim.taskId(), claim.step(), claim.claimEpoch(), claim.attempt());
  }

  private static List<TaskEvent> settled(RowSet<Row> rows) {
    List<TaskEvent> events = new ArrayList<>(2);
    for (Row row : rows) {
      events.addAll(SettlementEvents.read(row));
    }
    return events;
  }

  private Future<RowSet<Row>> rows(String sql, Tuple arguments) {
    return database
        .work()
        .withConnection(connection -> connection.preparedQuery(sql).execute(arguments))
        .recover(failure -> Future.failedFuture(StoreException.of(failure)));
  }
}
