package io.holdpoint.testkit;

import io.holdpoint.task.TaskState;
import io.holdpoint.task.TaskTable.Situation;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Puts instances and tasks into the database as a test's given situation says. */
public final class TaskRows {
  private final TestDatabase database;

  public TaskRows(TestDatabase database) {
    this.database = database;
  }

  /** An instance of account {@code default} with two nodes and no task. */
  public String instance() {
    return instances(1).get(0);
  }

  public List<String> instances(int count) {
    List<String> ids =
        Stream.generate(() -> "ls-cn-" + UUID.randomUUID().toString().replace("-", ""))
            .map(id -> id.substring(0, 17))
            .limit(count)
            .toList();
    String all = " FROM unnest(ARRAY['" + String.join("', '", ids) + "']) AS i (id)";
    database.execute(
        "INSERT INTO instances (account_id, instance_id, version, description, node_amount,"
            + " specification) SELECT 'default', i.id, '7.4.0', 'x', 2, '{}'"
            + all
            + "; INSERT INTO nodes (account_id, instance_id, node_id, position, address, driver)"
            + " SELECT 'default', i.id, 'node-' || n, n, '10.0.0.' || n, 'simulated'"
            + all
            + ", generate_series(1, 2) AS n");
    return ids;
  }

  /** An instance whose newest task stands as {@code situation} says; no task when it has none. */
  public String instance(Situation situation) {
    String id = instance();
    if (situation.state() != null) {
      task(id, situation);
    }
    return id;
  }

  /** A task with four steps, the first done and the second in flight unless it is quiet. */
  public UUID task(String instanceId, Situation situation) {
    UUID taskId = UUID.randomUUID();
    TaskState state = situation.state();
    boolean suspended = state == TaskState.SUSPENDED;
    boolean finished = state != null && state.finished();
    int inFlight = situation.quiet() || finished ? 0 : 1;
    String now = "clock_timestamp()";
    database.execute(
        "INSERT INTO tasks (account_id, task_id, instance_id, change, direction, state,"
            + " suspended_from, hold, interrupt_mode, epoch, sequence, epoch_sequence, changed_by,"
            + " in_flight, wave, wave_left, active_since, suspended_at, quiesced_at, finished_at)"
            + " VALUES ('default', '"
            + taskId
            + "', '"
            + instanceId
            + "', 'restart', '"
            + situation.direction().text()
            + "', '"
            + (state == null ? "" : state.text())
            + "', "
            + (suspended ? "'running', 'interrupt', " : "NULL, NULL, ")
            + (suspended && situation.mode() != null ? "'" + situation.mode().text() + "'" : "NULL")
            + ", 5, 9, 5, gen_random_uuid(), "
            + inFlight
            + ", 2, 1, "
            + (state == TaskState.RUNNING ? now : "NULL")
            + ", "
            + (suspended ? now : "NULL")
            + ", "
            + (suspended && inFlight == 0 ? now : "NULL")
            + ", "
            + (finished ? now : "NULL")
            + "); INSERT INTO changes (account_id, task_id, parameters) VALUES ('default', '"
            + taskId
            + "', '{\"kind\":\"restart\"}'); "
            + steps(
                taskId, inFlight == 1, state == TaskState.RUNNING || state == TaskState.PENDING));
    return taskId;
  }

  private static String steps(UUID taskId, boolean inFlight, boolean ready) {
    String key = "('default', '" + taskId + "', ";
    String running = "'running', 1, 5, gen_random_uuid(), clock_timestamp() + interval '1 h', NULL";
    String pending = "'pending', 0, NULL, NULL, NULL, " + (ready ? "clock_timestamp()" : "NULL");
    return "INSERT INTO steps (account_id, task_id, step, wave, action, node_id, state, attempt,"
        + " claim_epoch, worker_id, lease_until, ready_at, finished_at) VALUES "
        + key
        + "1, 1, 'check', NULL, 'done', 1, 5, NULL, NULL, NULL, clock_timestamp()), "
        + key
        + "2, 2, 'restart', 'node-1', "
        + (inFlight ? running : pending)
        + ", NULL), "
        + key
        + "3, 3, 'restart', 'node-2', 'pending', 0, NULL, NULL, NULL, NULL, NULL), "
        + key
        + "4, 4, 'verify', NULL, 'pending', 0, NULL, NULL, NULL, NULL, NULL)";
  }
}
