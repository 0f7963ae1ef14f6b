package io.holdpoint.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.EventKind;
import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** What a task is said to take still, from what this fleet's changes of its kind took before. */
@RunningService
class EstimateIT {
  private static final int CHECK_MILLIS = 4_000;
  private static final int RESTART_MILLIS = 60_000;
  private static final int VERIFY_MILLIS = 9_000;

  @Test
  void firstChangePromisesNothingAndTheNextOneWhatTheMedianTook(
      ServiceFixture service, TestDatabase database) {
    String instance = service.createInstance(2);
    service.putNodes(instance, 2, new JsonObject().put("stopMillis", 0).put("startMillis", 0));
    service.restart(instance);
    service.await(instance, EventKind.SUCCEEDED);
    assertThat(service.task(instance).containsKey("remainingMillis")).isFalse();
    tookBefore(database, instance);

    service.putNodes(instance, 2, new JsonObject().put("checkMillis", 30_000));
    service.restart(instance);
    service.await(event -> event.instanceId().equals(instance) && event.step() != null);
    service.interrupt(instance, "t1");

    JsonObject task = service.task(instance);
    assertThat(task.getJsonArray("steps").getJsonObject(1).getInteger("typicalMillis"))
        .isEqualTo(RESTART_MILLIS);
    assertThat(task.getInteger("remainingMillis"))
        .isEqualTo(CHECK_MILLIS + 2 * RESTART_MILLIS + VERIFY_MILLIS);
    assertThat(detail(service, instance).getInteger("remainingMillis"))
        .isEqualTo(task.getInteger("remainingMillis"));
  }

  private static void tookBefore(TestDatabase database, String instance) {
    database.execute(
        "UPDATE steps s SET active_ms = CASE action WHEN 'check' THEN "
            + CHECK_MILLIS
            + " WHEN 'verify' THEN "
            + VERIFY_MILLIS
            + " ELSE "
            + RESTART_MILLIS
            + " END FROM tasks t WHERE t.task_id = s.task_id AND t.instance_id = '"
            + instance
            + "'");
  }

  private static JsonObject detail(ServiceFixture service, String instance) {
    Reply reply = service.api().get("/openapi/logstashes/" + instance);
    return reply
        .json()
        .getJsonObject("Result")
        .getJsonArray("clusterTasks")
        .getJsonObject(0)
        .getJsonObject("detail");
  }
}
