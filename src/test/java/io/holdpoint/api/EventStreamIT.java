package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.EventKind;
import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.SseClient;
import io.holdpoint.testkit.SseClient.Message;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code /v1/events}: every event once and in order, over any number of connections. */
@RunningService({
  "HOLDPOINT_STREAM_MAX_FOLLOWERS=3",
  "HOLDPOINT_STREAM_MAX_FOLLOWERS_PER_ACCOUNT=3",
  "HOLDPOINT_STREAM_PUBLISH_PAUSE=5ms"
})
class EventStreamIT {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String EVENTS = "SELECT count(*) FROM events WHERE account_id = 'default'";

  private static ServiceFixture service;
  private static TestDatabase database;

  @BeforeAll
  static void start(ServiceFixture running, TestDatabase fresh) {
    service = running;
    database = fresh;
  }

  @Test
  void theWholeHistoryOfATaskComesInItsOrder() {
    String instance = finishedRestart();
    JsonArray history = service.history(instance);

    List<Message> streamed = new ArrayList<>();
    try (SseClient client = open("/v1/events?after=0&instanceId=" + instance)) {
      assertThat(client.header("content-type")).isEqualTo("text/event-stream");
      for (int i = 0; i < history.size(); i++) {
        streamed.add(client.next());
      }
    }

    for (int i = 0; i < history.size(); i++) {
      Message message = streamed.get(i);
      assertThat(message.json().getInteger("sequence")).isEqualTo(i + 1);
      assertThat(message.event()).isEqualTo(history.getJsonObject(i).getString("kind"));
      assertThat(message.json().getLong("position")).isEqualTo(message.position());
      assertThat(message.json().getString("instanceId")).isEqualTo(instance);
      assertThat(message.json().getString("at"))
          .isEqualTo(history.getJsonObject(i).getString("at"));
    }
    assertThat(streamed).extracting(Message::position).isSorted();
  }

  @Test
  void aClientThatIsCutOffGoesOnWhereItWas() {
    List<Long> positions = new ArrayList<>();
    String first = finishedRestart();
    long last = 0;
    for (int connection = 0; connection < 4; connection++) {
      try (SseClient client = open("/v1/events?after=7777777", lastEventId(last))) {
        for (int i = 0; i < 3; i++) {
          last = client.next().position();
          positions.add(last);
        }
      }
    }
    assertThat(first).isNotEmpty();
    for (int i = 0; i < positions.size(); i++) {
      assertThat(positions.get(i)).isEqualTo(i + 1L);
    }
  }

  @Test
  void withoutAPositionItBeginsNowAndAFilterKeepsThePositions() {
    String earlier = finishedRestart();
    try (SseClient client = open("/v1/events?kinds=interrupted,resumed")) {
      String instance = changing();
      service.interrupt(instance, UUID.randomUUID().toString());
      service.resume(instance, UUID.randomUUID().toString());

      Message interrupted = client.next();
      Message resumed = client.next();

      assertThat(interrupted.event()).isEqualTo("interrupted");
      assertThat(interrupted.json().getString("instanceId")).isEqualTo(instance);
      assertThat(interrupted.json().getString("toState")).isEqualTo("suspended");
      assertThat(resumed.event()).isEqualTo("resumed");
      assertThat(
              database.count(
                  "SELECT sequence FROM stream_entries WHERE position = " + resumed.position()))
          .isEqualTo(resumed.json().getLong("sequence"));
    }
    assertThat(earlier).isNotEmpty();
  }

  @Test
  void oneTooManyIsTurnedAwayAtOnceAndAPlaceIsFreeAgainOnceSomebodyGoes() {
    List<SseClient> open = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      open.add(open("/v1/events"));
    }
    try {
      Reply refused = service.api().get("/v1/events");
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.code()).isEqualTo("ServiceUnavailable");
      assertThat(refused.header("x-acs-retry-after")).isNotEmpty();
      assertThat(service.api().get("/openapi.yaml").status()).isEqualTo(200);
    } finally {
      open.forEach(SseClient::close);
    }
    Await.until(
        SOON,
        "a place",
        () -> {
          try (SseClient again = SseClient.open(service.service().port(), "/v1/events", Map.of())) {
            return again.status() == 200;
          }
        });
  }

  @Test
  void whatCannotBeMeantIsRefused() {
    for (String path :
        List.of("/v1/events?after=-1", "/v1/events?kinds=exploded", "/v1/events?after=x")) {
      Reply refused = service.api().get(path);
      assertThat(refused.status()).as(path).isEqualTo(400);
      assertThat(refused.code()).as(path).isEqualTo("InvalidParameter");
    }
    try (SseClient refused =
        SseClient.open(service.service().port(), "/v1/events", Map.of("Last-Event-ID", "1e3"))) {
      assertThat(refused.status()).isEqualTo(400);
    }
  }

  @Test
  void whoHasReadFurtherThanTheStreamGoesIsToldItsEnd() {
    finishedRestart();
    Await.until(SOON, "the stream's end", () -> end() == database.count(EVENTS));
    long end = end();
    for (Map<String, String> headers : List.of(lastEventId(end + 1), Map.<String, String>of())) {
      Await.until(
          SOON,
          "an answer from a place that is free",
          () -> {
            try (SseClient ahead =
                SseClient.open(
                    service.service().port(), "/v1/events?after=" + (end + 1), headers)) {
              return ahead.status() == 400;
            }
          });
    }
    Reply refused = service.api().get("/v1/events?after=" + (end + 1));
    assertThat(refused.code()).isEqualTo("EventPositionNotFound");
    assertThat(refused.body()).contains("position " + end + ",");
    open("/v1/events", lastEventId(end)).close();
  }

  private static long end() {
    return database.count("SELECT position FROM streams WHERE account_id = 'default'");
  }

  @Test
  void anotherAccountsEventsAreNotInIt() {
    database.execute(
        "INSERT INTO events (account_id, task_id, sequence, instance_id, kind, epoch, in_flight)"
            + " VALUES ('somebody', gen_random_uuid(), 1, 'ls-cn-foreign', 'step-done', 1, 0)");
    Await.until(
        SOON,
        "the foreign event in its stream",
        () -> database.count("SELECT count(*) FROM streams WHERE account_id = 'somebody'") == 1);
    String own = finishedRestart();
    int events = service.history(own).size();
    try (SseClient client = open("/v1/events?after=0")) {
      for (int i = 0; i < events; i++) {
        assertThat(client.next().json().getString("instanceId")).isNotEqualTo("ls-cn-foreign");
      }
    }
  }

  private static SseClient open(String path) {
    return open(path, Map.of());
  }

  private static SseClient open(String path, Map<String, String> headers) {
    List<SseClient> opened = new ArrayList<>();
    // The places of an earlier test are free once its connections were seen to end.
    Await.until(
        SOON,
        "a stream",
        () -> {
          SseClient client = SseClient.open(service.service().port(), path, headers);
          opened.add(client);
          return client.status() == 200;
        });
    return opened.get(opened.size() - 1);
  }

  private static Map<String, String> lastEventId(long position) {
    return Map.of("Last-Event-ID", Long.toString(position));
  }

  private static String finishedRestart() {
    String instance = changing();
    service.await(instance, EventKind.SUCCEEDED);
    return instance;
  }

  private static String changing() {
    String instance = service.createInstance(3);
    assertThat(service.restart(instance).status()).isEqualTo(200);
    return instance;
  }
}
