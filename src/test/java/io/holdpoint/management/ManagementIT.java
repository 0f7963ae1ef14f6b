package io.holdpoint.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.ApiClient;
import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.RawHttp;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The second port of a running service. */
@RunningService
class ManagementIT {
  private static ServiceFixture service;
  private static TestDatabase database;
  private static ApiClient management;

  @BeforeAll
  static void connect(ServiceFixture running, TestDatabase fresh) {
    service = running;
    database = fresh;
    management = new ApiClient(running.service().managementPort());
  }

  @Test
  void isLiveAndReady() {
    assertReply(management.get("/health/live"), 200, "up");
    assertReply(management.get("/health/ready"), 200, "ready");
  }

  @Test
  void newerSchemaWillDoAsLongAsItSaysSo() {
    String newest = " WHERE installed_rank = (SELECT max(installed_rank) FROM schema_history)";
    String version = database.text("SELECT version FROM schema_history" + newest);
    String oldest = database.text("SELECT oldest_build FROM schema_support");
    database.execute("UPDATE schema_history SET version = '999'" + newest);
    try {
      assertReply(management.get("/health/ready"), 200, "ready");

      database.execute("UPDATE schema_support SET oldest_build = '998'");
      Reply reply = management.get("/health/ready");

      assertReply(reply, 503, "not ready");
      assertThat(reply.json().getString("reason")).contains("999", version, "too old");
      assertReply(management.get("/health/live"), 200, "up");
    } finally {
      database.execute("UPDATE schema_history SET version = '" + version + "'" + newest);
      database.execute("UPDATE schema_support SET oldest_build = '" + oldest + "'");
    }
    assertReply(management.get("/health/ready"), 200, "ready");
  }

  @Test
  void isNotReadyOnAnOlderSchema() {
    String newest = " WHERE installed_rank = (SELECT max(installed_rank) FROM schema_history)";
    String version = database.text("SELECT version FROM schema_history" + newest);
    database.execute("UPDATE schema_history SET version = '000'" + newest);
    try {
      Reply reply = management.get("/health/ready");

      assertReply(reply, 503, "not ready");
      assertThat(reply.json().getString("reason")).contains("000", version, "migrate");
    } finally {
      database.execute("UPDATE schema_history SET version = '" + version + "'" + newest);
    }
  }

  private static void assertReply(Reply reply, int code, String status) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(code);
    assertThat(reply.header("content-type")).startsWith("application/json");
    assertThat(reply.json().getString("status")).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "holdpoint_steps_started_after_ack_total",
        "holdpoint_commands_seconds_count{operation=\"InterruptLogstashTask\",outcome=\"applied\"}",
        "holdpoint_commands_seconds_count{operation=\"CreateLogstash\",outcome=\"unavailable\"}",
        "holdpoint_commands_seconds_bucket{operation=\"ResumeLogstashTask\",outcome=\"applied\",le=\"0.1\"}",
        "holdpoint_commands_waiting",
        "holdpoint_commands_waiting_bytes",
        "holdpoint_commands_overloaded_total{operation=\"InterruptLogstashTask\"}",
        "holdpoint_commands_expired_total",
        "holdpoint_batch_size_count",
        "holdpoint_batch_retries_total{kind=\"conflict\"}",
        "holdpoint_steps_begun_total",
        "holdpoint_steps_settled_total{result=\"done\"}",
        "holdpoint_steps_in_flight",
        "holdpoint_leases_lost_total",
        "holdpoint_leases_recovered_total",
        "holdpoint_requests_refused_total",
        "holdpoint_connections_refused_total",
        "holdpoint_connections_slow_total",
        "holdpoint_requests_in_flight",
        "holdpoint_requests_shed_total{bound=\"in-flight\",kind=\"interrupt\"}",
        "holdpoint_requests_shed_total{bound=\"bodies\",kind=\"other\"}",
        "holdpoint_requests_throttled_total{kind=\"other\"}",
        "holdpoint_bodies_bytes",
        "holdpoint_tls_reload_failures_total"
      })
  void hasAMetricFromTheStart(String series) {
    Reply reply = management.get("/metrics");

    assertThat(reply.header("content-type")).startsWith("text/plain; version=0.0.4");
    assertThat(reply.body().lines()).anyMatch(line -> line.startsWith(series + " "));
    assertThat(reply.body())
        .contains("# HELP " + series.replaceFirst("(_count|_bucket)?(\\{.*)?$", "") + " ");
  }

  @Test
  void countsCommandsByOutcomeAndRefusedMessages() throws IOException {
    String nothing =
        "holdpoint_commands_seconds_count{operation=\"InterruptLogstashTask\",outcome=\"nothing\"}";
    String refused = "holdpoint_requests_refused_total";
    double nothingBefore = value(nothing);
    double refusedBefore = value(refused);

    String id = service.createInstance(1);
    service.interrupt(id, "a-" + id);
    service.interrupt(id, "b-" + id);
    try (RawHttp http = RawHttp.connect(service.service().port())) {
      http.send("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").readToClose();
    }

    assertThat(value(nothing)).isEqualTo(nothingBefore + 2);
    assertThat(value(refused)).isEqualTo(refusedBefore + 1);
    assertThat(value("holdpoint_steps_started_after_ack_total")).isZero();
    assertThat(value("holdpoint_commands_waiting")).isZero();
  }

  private static double value(String series) {
    Matcher line =
        Pattern.compile("(?m)^" + Pattern.quote(series) + " (\\S+)$")
            .matcher(management.get("/metrics").body());
    assertThat(line.find()).as(series).isTrue();
    return Double.parseDouble(line.group(1));
  }

  @Test
  void saysWhatIsRunning() {
    Reply reply = management.get("/info");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().getString("version")).isNotBlank();
    assertThat(reply.json().getString("java")).startsWith(System.getProperty("java.version"));
  }

  @Test
  void doesNotServeTheApi() {
    assertThat(management.get("/openapi/logstashes").status()).isEqualTo(404);
    assertThat(management.post("/health/live").status()).isEqualTo(405);
  }
}
