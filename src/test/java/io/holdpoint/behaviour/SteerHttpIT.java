package io.holdpoint.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.TaskMove;
import io.holdpoint.task.TaskTable.Verdict;
import io.holdpoint.testkit.ApiClient;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TaskRows;
import io.holdpoint.testkit.TestDatabase;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rows through HTTP, each sent twice: the second is a repeat and changes nothing. */
@RunningService("HOLDPOINT_WORKER=off")
class SteerHttpIT {
  static Stream<SteerBehaviour> rows() {
    return SteerBehaviour.all();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void apiAnswersAsTheRowSays(SteerBehaviour row, ServiceFixture service, TestDatabase database) {
    String instanceId = new TaskRows(database).instance(row.given());
    boolean interrupt = row.move() == TaskMove.INTERRUPT;
    String path =
        "/openapi/logstashes/"
            + instanceId
            + "/actions/"
            + (interrupt ? "interrupt" : "resume")
            + "?clientToken="
            + UUID.randomUUID();
    String[] headers =
        interrupt ? new String[] {"x-holdpoint-interrupt-mode", row.mode().text()} : new String[0];

    ApiClient.Reply first = service.api().post(path, headers);
    ApiClient.Reply again = service.api().post(path, headers);

    boolean expected = row.verdict() != Verdict.NOTHING;
    assertThat(first.status()).isEqualTo(200);
    assertThat(first.result()).isEqualTo(expected);
    assertThat(first.header("x-holdpoint-outcome")).isEqualTo(row.verdict().text());
    assertThat(first.header("x-acs-request-id")).isEqualTo(first.json().getString("RequestId"));
    assertThat(first.header("Idempotency-Replayed")).isEmpty();
    assertThat(again.result()).isEqualTo(expected);
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(again.header("x-holdpoint-original-request-id"))
        .isEqualTo(first.header("x-acs-request-id"));
    long events =
        database.count("SELECT count(*) FROM events WHERE instance_id = '" + instanceId + "'");
    assertThat(events).isEqualTo(row.verdict() == Verdict.APPLIED ? 1 : 0);
  }
}
