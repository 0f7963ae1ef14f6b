package io.holdpoint.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.store.StepStore;
import io.holdpoint.task.Change;
import io.holdpoint.task.EventKind;
import io.holdpoint.task.Node;
import io.holdpoint.task.Plan;
import io.holdpoint.task.Rollout;
import io.holdpoint.task.Settlement.Result;
import io.holdpoint.task.StepClaim;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.StoreSession;
import io.holdpoint.testkit.TaskRows;
import io.holdpoint.testkit.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two workers and one step: what the one that lost its lease can still do, which is nothing. */
@ExtendWith(DatabaseExtension.class)
class LeaseIT {
  private TestDatabase database;
  private StoreSession first;
  private StoreSession second;

  @BeforeEach
  void open(TestDatabase fresh) {
    database = fresh;
    database.execute(
        "TRUNCATE instances, nodes, tasks, changes, step_outputs, steps, commands, events");
    first = new StoreSession(fresh);
    second = new StoreSession(fresh);
  }

  @AfterEach
  void close() {
    first.close();
    second.close();
    HistoryCheck.holds(database);
  }

  @Test
  void lostLeaseCanNeitherRenewNorSaveNorSettle() {
    StepClaim lost = claimed();
    runOut();
    assertThat(putBack()).extracting(TaskEvent::kind).containsExactly(EventKind.STEP_PUT_BACK);
    List<Map<String, Object>> before = rows();

    assertThat(StoreSession.await(first.steps().renew(List.of(lost)))).isEmpty();
    assertThat(StoreSession.await(first.steps().checkpoint(lost, "{\"mine\":true}", null)))
        .isFalse();
    for (Result result : Result.values()) {
      assertThat(first.settle(lost, result)).as(result.text()).isEmpty();
    }

    assertThat(rows()).isEqualTo(before);
  }

  @Test
  void lostLeaseStaysLostWhenAnotherWorkerHasTheStep() {
    StepClaim lost = claimed();
    runOut();
    putBack();
    StepClaim taken = second.claim(1).get(0);
    assertThat(taken.step()).isEqualTo(lost.step());
    assertThat(taken.attempt()).isEqualTo(lost.attempt() + 1);
    List<Map<String, Object>> before = rows();

    assertThat(StoreSession.await(first.steps().checkpoint(lost, "{\"mine\":true}", null)))
        .isFalse();
    assertThat(first.settle(lost, Result.DONE)).isEmpty();

    assertThat(rows()).isEqualTo(before);
    assertThat(second.settle(taken, Result.DONE))
        .extracting(TaskEvent::kind)
        .containsExactly(EventKind.STEP_DONE);
    assertThat(database.count("SELECT sum(failures) FROM steps")).isZero();
  }

  @Test
  void leaseThatIsRenewedInTheLastMomentIsNotTakenAway() {
    StepClaim held = claimed();
    runOut();
    List<StepStore.Expired> expired = StoreSession.await(second.steps().expired(10));
    assertThat(expired).hasSize(1);

    assertThat(StoreSession.await(first.steps().renew(List.of(held)))).hasSize(1);

    assertThat(StoreSession.await(second.steps().putBackExpired(expired.get(0)))).isEmpty();
    assertThat(second.claim(10)).isEmpty();
    assertThat(first.settle(held, Result.DONE)).hasSize(1);
  }

  @Test
  void expiredLeaseIsTakenAwayOnce() {
    claimed();
    runOut();
    StepStore.Expired expired = StoreSession.await(second.steps().expired(10)).get(0);

    assertThat(StoreSession.await(first.steps().putBackExpired(expired))).hasSize(1);
    assertThat(StoreSession.await(second.steps().putBackExpired(expired))).isEmpty();
  }

  private StepClaim claimed() {
    String instance = new TaskRows(database).instance();
    Node node =
        new Node("default", instance, "node-1", "10.0.0.1", "simulated", null, null, Map.of());
    first.start(instance, Plan.of(new Change.Restart(Rollout.PLAIN), List.of(node)));
    return first.claim(1).get(0);
  }

  private void runOut() {
    database.execute(
        "UPDATE steps SET lease_until = clock_timestamp() - interval '1 ms'"
            + " WHERE lease_until IS NOT NULL");
  }

  private List<TaskEvent> putBack() {
    StepStore.Expired expired = StoreSession.await(second.steps().expired(10)).get(0);
    return StoreSession.await(second.steps().putBackExpired(expired));
  }

  private List<Map<String, Object>> rows() {
    return database.rows(
        "SELECT t.state, t.sequence, t.in_flight, t.updated_at, s.* FROM tasks t JOIN steps s"
            + " USING (account_id, task_id) ORDER BY s.step");
  }
}
