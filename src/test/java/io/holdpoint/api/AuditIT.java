package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.AuditDecision;
import io.holdpoint.task.AuditRecord;
import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The audit trail of a running service: from the record that is handed over to the HTTP reply. */
@RunningService
class AuditIT {
  private static final String ALL = "/v1/audit";
  private static final String BEFORE_US = "2026-06-01T00:00:00Z";
  private static final String COUNT =
      "SELECT count(*) FROM audit_records WHERE at < '" + BEFORE_US + "'";
  private static final Instant NOON = Instant.parse("2026-05-27T12:00:00Z");
  private static final Duration SOON = Duration.ofSeconds(15);

  private static ServiceFixture service;
  private static TestDatabase database;

  @BeforeAll
  static void listen(ServiceFixture running, TestDatabase shared) {
    service = running;
    database = shared;
  }

  @BeforeEach
  void begin() {
    database.execute("TRUNCATE audit_records");
  }

  @Test
  void whatIsRecordedIsListed() {
    AuditRecord denied = record("default", NOON, "deploy", "ls-1", AuditDecision.DENIED);
    service.service().audit().accept(denied);
    awaitRecords(1);

    Reply reply = service.api().get(listed(""));

    assertThat(reply.status()).isEqualTo(200);
    JsonObject result = reply.json().getJsonObject("Result");
    assertThat(result.getValue("next")).isNull();
    assertThat(result.getJsonArray("records"))
        .containsExactly(
            new JsonObject()
                .put("at", "2026-05-27T12:00:00.000Z")
                .put("requestId", denied.requestId().toString().toUpperCase(Locale.ROOT))
                .put("principal", "deploy")
                .put("source", "10.0.0.1")
                .put("action", "elasticsearch:InterruptLogstashTask")
                .put("decision", "denied")
                .put("keyId", "HPKEY")
                .put("resource", "acs:elasticsearch:cn-hangzhou:default:logstashes/ls-1")
                .put("instanceId", "ls-1")
                .put("code", "Forbidden.RAM"));
  }

  @Test
  void aBurstIsWrittenWholeAndPagedNewestFirst() {
    Consumer<AuditRecord> trail = service.service().audit();
    for (int i = 0; i < 2_345; i++) {
      trail.accept(
          record("default", NOON.plusMillis(i), "deploy", "ls-" + i, AuditDecision.ALLOWED));
    }
    awaitRecords(2_345);

    List<String> instances = new ArrayList<>();
    String next = "";
    do {
      JsonObject page = result("?limit=500&after=" + next);
      page.getJsonArray("records")
          .forEach(record -> instances.add(((JsonObject) record).getString("instanceId")));
      next = page.getString("next");
    } while (next != null);

    assertThat(instances).hasSize(2_345).doesNotHaveDuplicates();
    assertThat(instances).startsWith("ls-2344", "ls-2343").endsWith("ls-1", "ls-0");
  }

  @Test
  void timePrincipalInstanceAndDecisionNarrowItDown() {
    Consumer<AuditRecord> trail = service.service().audit();
    trail.accept(record("default", NOON, "ann", "ls-1", AuditDecision.ALLOWED));
    trail.accept(record("default", NOON.plusSeconds(1), "bob", "ls-1", AuditDecision.DENIED));
    trail.accept(record("default", NOON.plusSeconds(2), "ann", "ls-2", AuditDecision.THROTTLED));
    trail.accept(
        record("default", NOON.plusSeconds(3), "unsigned 10.0.0.1", null, AuditDecision.ALLOWED));
    awaitRecords(4);

    assertThat(times("?instanceId=ls-1")).containsExactly("01.000Z", "00.000Z");
    assertThat(times("?principal=ann")).containsExactly("02.000Z", "00.000Z");
    assertThat(times("?principal=unsigned%2010.0.0.1")).containsExactly("03.000Z");
    assertThat(times("?decision=denied")).containsExactly("01.000Z");
    assertThat(times("?decision=allowed&principal=ann")).containsExactly("00.000Z");
    assertThat(times("?from=2026-05-27T12:00:01Z&until=2026-05-27T12:00:03Z"))
        .containsExactly("02.000Z", "01.000Z");
    assertThat(times("?from=2026-05-27T12:00:02.000001Z")).containsExactly("03.000Z");
    assertThat(times("?limit=1")).containsExactly("03.000Z");
    assertThat(times("?principal=")).hasSize(4);
  }

  @Test
  void recordsOfOthersAreNotListed() {
    service.service().audit().accept(record("b", NOON, "ann", "ls-1", AuditDecision.DENIED));
    service
        .service()
        .audit()
        .accept(record(AuditRecord.NO_ACCOUNT, NOON, "who", "ls-1", AuditDecision.DENIED));
    awaitRecords(2);

    for (String query : List.of("", "?principal=ann", "?instanceId=ls-1", "?decision=denied")) {
      assertThat(times(query)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?limit=0",
        "?limit=501",
        "?decision=refused",
        "?after=x",
        "?after=1-2",
        "?from=yesterday",
        "?from=2026-13-01T00:00:00Z",
        "?until=2026-02-30T00:00:00Z",
        "?until=2026-05-27T12:00:00%2B02:00",
        "?from=2026-05-27T12:00:00.0000001Z"
      })
  void aValueOutOfItsRangeIsRefused(String query) {
    Reply refused = service.api().get(ALL + query);

    assertThat(refused.status()).as(refused.body()).isEqualTo(400);
    assertThat(refused.code()).isEqualTo("InvalidParameter");
  }

  @Test
  void anOrderlyStopWritesWhatWaits() {
    try (ServiceFixture other = ServiceFixture.start(database.runtimeUri(), Map.of())) {
      for (int i = 0; i < 700; i++) {
        other.service().audit().accept(record("default", NOON, "u", null, AuditDecision.ALLOWED));
      }
    }
    assertThat(database.count(COUNT)).isEqualTo(700);
  }

  private static void awaitRecords(int count) {
    Await.until(SOON, count + " records", () -> database.count(COUNT) == count);
  }

  private static JsonObject result(String query) {
    Reply reply = service.api().get(listed(query));
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.json().getJsonObject("Result");
  }

  /** Without the calls of the test itself, which are recorded as well. */
  private static String listed(String query) {
    String path = ALL + (query.isEmpty() ? "?" : query + "&");
    return query.contains("until=") ? ALL + query : path + "until=" + BEFORE_US;
  }

  private static List<String> times(String query) {
    JsonArray records = result(query).getJsonArray("records");
    List<String> times = new ArrayList<>();
    records.forEach(record -> times.add(((JsonObject) record).getString("at").substring(17)));
    return times;
  }

  private static AuditRecord record(
      String accountId,
      Instant at,
      String principal,
      @Nullable String instanceId,
      AuditDecision decision) {
    return new AuditRecord(
        UUID.randomUUID(),
        accountId,
        at,
        UUID.randomUUID(),
        "HPKEY",
        principal,
        "elasticsearch:InterruptLogstashTask",
        true,
        instanceId == null
            ? null
            : "acs:elasticsearch:cn-hangzhou:" + accountId + ":logstashes/" + instanceId,
        instanceId,
        "10.0.0.1",
        decision,
        decision == AuditDecision.ALLOWED ? null : "Forbidden.RAM");
  }
}
