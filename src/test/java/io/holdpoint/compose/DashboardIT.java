package io.holdpoint.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.EventKind;
import io.holdpoint.testkit.ApiClient;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The dashboard and the alerts ask for nothing that a running service does not tell. */
@RunningService("HOLDPOINT_WEBHOOK_ALLOWED_HOSTS=hooks.example.com")
class DashboardIT {
  private static ExposedMetrics exposed;

  @BeforeAll
  static void scrapeAfterALittleTraffic(ServiceFixture service) {
    String instance = service.createInstance(2);
    service.restart(instance);
    service.interrupt(instance, "to-be-seen");
    service.resume(instance, "to-go-on");
    service.await(instance, EventKind.SUCCEEDED);
    exposed =
        new ExposedMetrics(
            new ApiClient(service.service().managementPort()).get("/metrics").body());
  }

  static List<String> queries() throws IOException {
    return Dashboard.queries();
  }

  @ParameterizedTest
  @MethodSource("queries")
  void whatAQueryNamesIsExposed(String query) {
    assertThat(exposed.missing(query)).isEmpty();
  }

  @Test
  void thePromiseAndTheLoadAreShown() throws IOException {
    assertThat(String.join("\n", Dashboard.queries()))
        .contains(
            "holdpoint_steps_started_after_ack_total",
            "holdpoint_commands_seconds_bucket",
            "holdpoint_nodes_working",
            "holdpoint_steps_in_flight",
            "holdpoint_batch_size_sum",
            "holdpoint_commands_overloaded_total",
            "holdpoint_batch_retries_total");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sum(rate(holdpoint_commands_total[$__rate_interval])) | holdpoint_commands_total",
        "sum by (outcom) (holdpoint_commands_seconds_count) | by outcom",
        "holdpoint_batch_retries_total{kind=\"none\"} | holdpoint_batch_retries_total{kind=\"none\"}",
        "sum(holdpoint_commands_waiting) / max(holdpoint_batch) | holdpoint_batch",
      })
  void aQueryForWhatIsNotThereIsFound(String query, String missing) {
    assertThat(exposed.missing(query)).containsExactly(missing);
  }
}
