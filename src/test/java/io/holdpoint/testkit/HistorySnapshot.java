package io.holdpoint.testkit;

import io.holdpoint.task.Direction;
import io.holdpoint.task.EventKind;
import io.holdpoint.task.Hold;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.StepState;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.task.TaskState;
import io.holdpoint.task.Term;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tasks, steps, events and commands of a whole database as they stood at one moment. */
record HistorySnapshot(
    Map<Key, Task> tasks,
    Map<Key, List<Step>> steps,
    Map<Key, List<TaskEvent>> events,
    List<Recorded> commands) {

  record Key(String accountId, UUID taskId) {}

  record Task(
      Key key,
      String instanceId,
      Direction direction,
      TaskState state,
      @Nullable TaskState suspendedFrom,
      @Nullable Hold hold,
      @Nullable InterruptMode mode,
      long epoch,
      long sequence,
      long epochSequence,
      UUID changedBy,
      int inFlight,
      int wave,
      int waveLeft,
      @Nullable Instant suspendedAt,
      @Nullable Instant quiescedAt) {}

  record Step(
      int step,
      int wave,
      Direction direction,
      StepState state,
      int attempt,
      int failures,
      @Nullable Long claimEpoch,
      boolean ready) {}

  record Recorded(
      String accountId,
      String clientToken,
      UUID requestId,
      String result,
      @Nullable UUID taskId,
      @Nullable Long epoch) {}

  @FunctionalInterface
  private interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Reads everything in one snapshot, so that it may be taken while the database is in use. */
  static HistorySnapshot of(TestDatabase database) {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      Map<Key, Task> tasks = new LinkedHashMap<>();
      for (Task task : all(connection, "tasks ORDER BY created_at", HistorySnapshot::task)) {
        tasks.put(task.key(), task);
      }
      Map<Key, List<Step>> steps = new LinkedHashMap<>();
      all(
          connection,
          "steps ORDER BY account_id, task_id, step",
          row -> add(steps, row, step(row)));
      Map<Key, List<TaskEvent>> events = new LinkedHashMap<>();
      all(
          connection,
          "events ORDER BY account_id, task_id, sequence",
          row -> add(events, row, event(row)));
      List<Recorded> commands = all(connection, "commands", HistorySnapshot::command);
      connection.rollback();
      return new HistorySnapshot(tasks, steps, events, commands);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T> List<T> all(Connection connection, String from, Reader<T> reader)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM " + from)) {
      List<T> all = new ArrayList<>();
      while (rows.next()) {
        all.add(reader.read(rows));
      }
      return all;
    }
  }

  private static <T> boolean add(Map<Key, List<T>> map, ResultSet row, T item) throws SQLException {
    return map.computeIfAbsent(key(row), key -> new ArrayList<>()).add(item);
  }

  private static Key key(ResultSet row) throws SQLException {
    return new Key(row.getString("account_id"), uuid(row, "task_id"));
  }

  private static Task task(ResultSet row) throws SQLException {
    return new Task(
        key(row),
        row.getString("instance_id"),
        Term.parse(Direction.class, row.getString("direction")),
        Term.parse(TaskState.class, row.getString("state")),
        term(TaskState.class, row.getString("suspended_from")),
        term(Hold.class, row.getString("hold")),
        term(InterruptMode.class, row.getString("interrupt_mode")),
        row.getLong("epoch"),
        row.getLong("sequence"),
        row.getLong("epoch_sequence"),
        uuid(row, "changed_by"),
        row.getInt("in_flight"),
        row.getInt("wave"),
        row.getInt("wave_left"),
        instant(row, "suspended_at"),
        instant(row, "quiesced_at"));
  }

  private static Step step(ResultSet row) throws SQLException {
    return new Step(
        row.getInt("step"),
        row.getInt("wave"),
        Term.parse(Direction.class, row.getString("direction")),
        Term.parse(StepState.class, row.getString("state")),
        row.getInt("attempt"),
        row.getInt("failures"),
        (Long) row.getObject("claim_epoch"),
        row.getObject("ready_at") != null);
  }

  private static TaskEvent event(ResultSet row) throws SQLException {
    return new TaskEvent(
        row.getString("account_id"),
        row.getString("instance_id"),
        uuid(row, "task_id"),
        row.getLong("sequence"),
        Term.parse(EventKind.class, row.getString("kind")),
        term(TaskState.class, row.getString("from_state")),
        term(TaskState.class, row.getString("to_state")),
        row.getLong("epoch"),
        row.getInt("in_flight"),
        (Integer) row.getObject("step"),
        row.getString("node_id"),
        uuid(row, "request_id"),
        row.getString("principal"),
        row.getString("reason"),
        term(InterruptMode.class, row.getString("interrupt_mode")),
        row.getObject("at", OffsetDateTime.class).toInstant());
  }

  private static Recorded command(ResultSet row) throws SQLException {
    return new Recorded(
        row.getString("account_id"),
        row.getString("client_token"),
        uuid(row, "request_id"),
        row.getString("result"),
        uuid(row, "task_id"),
        (Long) row.getObject("epoch"));
  }

  private static UUID uuid(ResultSet row, String column) throws SQLException {
    return row.getObject(column, UUID.class);
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }

  private static <E extends Enum<E> & Term> @Nullable E term(Class<E> type, @Nullable String text) {
    return text == null ? null : Term.parse(type, text);
  }
}
