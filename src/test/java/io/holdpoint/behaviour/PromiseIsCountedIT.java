package io.holdpoint.behaviour;

import static io.holdpoint.testkit.StoreSession.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.store.ReadStore;
import io.holdpoint.task.Direction;
import io.holdpoint.task.TaskState;
import io.holdpoint.task.TaskTable.Situation;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.StorePools;
import io.holdpoint.testkit.TaskRows;
import io.holdpoint.testkit.TestDatabase;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * The count that must stay 0 is taken from the history alone: a history that breaks the promise,
 * written past all guards, is counted.
 */
@RunningService("HOLDPOINT_WORKER=off")
class PromiseIsCountedIT {
  private static final Situation RUNNING =
      new Situation(TaskState.RUNNING, Direction.FORWARD, true, null);

  @Test
  void stepBegunBetweenInterruptAndResumeIsCounted(ServiceFixture service, TestDatabase database)
      throws Exception {
    String instanceId = new TaskRows(database).instance(RUNNING);
    String taskId =
        database.text("SELECT task_id FROM tasks WHERE instance_id = '" + instanceId + "'");
    event(database, instanceId, taskId, 1, "step-begun", null);
    event(database, instanceId, taskId, 2, "interrupted", "suspended");
    event(database, instanceId, taskId, 3, "step-done", null);

    assertThat(service.task(instanceId).getInteger("stepsStartedAfterAck")).isZero();
    assertThat(counted(database)).isZero();

    event(database, instanceId, taskId, 4, "step-begun", null);
    event(database, instanceId, taskId, 5, "resumed", "running");
    event(database, instanceId, taskId, 6, "step-begun", null);

    assertThat(service.task(instanceId).getInteger("stepsStartedAfterAck")).isEqualTo(1);
    assertThat(counted(database)).isEqualTo(1);
  }

  private static void event(
      TestDatabase database, String instance, String task, int sequence, String kind, String to) {
    database.execute(
        "INSERT INTO events (account_id, task_id, sequence, instance_id, kind, to_state, epoch,"
            + " in_flight, request_id) VALUES ('default', '"
            + task
            + "', "
            + sequence
            + ", '"
            + instance
            + "', '"
            + kind
            + "', "
            + (to == null ? "NULL" : "'" + to + "'")
            + ", 1, 0, '"
            + UUID.randomUUID()
            + "')");
  }

  private static long counted(TestDatabase database) {
    try (StorePools pools = new StorePools(database)) {
      Instant now = Instant.now();
      return await(
          new ReadStore(pools.database())
              .stepsStartedAfterAck(now.minusSeconds(3_600), now.plusSeconds(3_600)));
    }
  }
}
