package io.holdpoint.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.EventKind;
import io.holdpoint.testkit.SseClient;
import io.holdpoint.testkit.WebhookReceiver;
import io.holdpoint.testkit.WebhookReceiver.Received;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events as a receiver gets them, kind or unkind. */
class WebhookIT extends WebhookSession {
  @Test
  void everyEventComesOnceInOrderAndSigned() {
    String secret = secret(put(new JsonObject()));
    long before = webhook().getLong("position");
    String instance = finishedRestart();
    int events = service.history(instance).size();

    List<Received> received = receiver.await(target, events);

    assertThat(received).extracting(Received::position).isEqualTo(from(before + 1, events));
    try (SseClient stream =
        SseClient.open(service.service().port(), "/v1/events?after=" + before, Map.of())) {
      for (Received request : received) {
        assertThat(request.isSignedWith(secret)).isTrue();
        assertThat(request.type()).isEqualTo("application/json");
        assertThat(request.id()).endsWith("_" + request.position());
        assertThat(request.event()).isEqualTo(stream.next().json());
        assertThat(request.json().getString("type"))
            .isEqualTo("task." + request.event().getString("kind"));
        assertThat(request.json().getString("timestamp"))
            .isEqualTo(request.event().getString("at"));
        assertThat(Long.parseLong(request.timestamp()))
            .isBetween(Instant.now().getEpochSecond() - 60, Instant.now().getEpochSecond());
      }
    }
    assertThat(receiver.mostInFlight()).isEqualTo(1);
    awaitCaughtUp();
    assertThat(webhook().getString("deliveredAt")).isNotNull();
    assertThat(receiver.received()).hasSize(events);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 404, 302, WebhookReceiver.HANG, WebhookReceiver.CUT})
  void nothingIsLostOrOvertakenWhileTheReceiverIsUnwell(int status) {
    put(new JsonObject().put("kinds", new JsonArray().add("created").add("succeeded")));
    List<String> seen = new ArrayList<>();
    receiver.answers(
        request -> {
          synchronized (seen) {
            seen.add(request.id());
            // Each event twice in vain.
            return seen.stream().filter(request.id()::equals).count() < 3 ? status : 200;
          }
        });

    finishedRestart();
    finishedRestart();
    List<Received> received = receiver.await(target, 12);

    awaitCaughtUp();
    assertThat(received).hasSize(12);
    assertThat(received).extracting(Received::position).isSorted();
    for (int i = 0; i < 12; i += 3) {
      assertThat(received.subList(i, i + 3))
          .extracting(Received::id)
          .containsOnly(received.get(i).id());
      assertThat(received.subList(i, i + 3))
          .extracting(Received::body)
          .containsOnly(received.get(i).body());
    }
    assertThat(received).extracting(r -> r.event().getString("kind")).endsWith("succeeded");
    assertThat(webhook().getInteger("deadLetters")).isZero();
    assertThat(webhook().getJsonObject("lastError").getString("message"))
        .contains(
            status == WebhookReceiver.HANG
                ? "no answer within 500 ms"
                : status == WebhookReceiver.CUT
                    ? "closed"
                    : status == 302 ? "redirects are not followed" : "answered " + status);
    assertThat(receiver.received("/elsewhere")).isEmpty();
  }

  @Test
  void onlyWhatIsWantedIsSent() {
    String wanted = service.createInstance(1);
    put(
        new JsonObject()
            .put("instanceId", wanted)
            .put("kinds", new JsonArray().add("started").add("succeeded")));
    finishedRestart();
    service.restart(wanted);
    service.await(wanted, EventKind.SUCCEEDED);

    List<Received> received = receiver.await(target, 2);

    awaitCaughtUp();
    assertThat(receiver.received()).hasSize(2);
    assertThat(received).extracting(WebhookIT::kind).containsExactly("started", "succeeded");
    assertThat(received).allMatch(r -> r.event().getString("instanceId").equals(wanted));
  }

  @Test
  void itBeginsWhereItIsTold() {
    finishedRestart();
    long end = streamEnd();
    put(new JsonObject().put("after", end - 2));
    assertThat(receiver.await(target, 2))
        .extracting(Received::position)
        .isEqualTo(from(end - 1, 2));
    awaitCaughtUp();

    put(new JsonObject().put("after", end - 1));

    List<Received> again = receiver.await(target, 3);
    assertThat(again.get(2).id()).isEqualTo(again.get(1).id());
    JsonObject beyond = put(new JsonObject().put("after", 999_999_999)).json();
    assertThat(beyond.getJsonObject("Result").getLong("position")).isEqualTo(end);
  }

  @Test
  void aDeletedOneSendsNothing() {
    put(new JsonObject());
    finishedRestart();
    awaitCaughtUp();
    int before = receiver.received().size();

    assertThat(api("DELETE", "", null).result()).isEqualTo(true);
    put(new JsonObject().put("instanceId", "ls-cn-none"));
    finishedRestart();
    awaitCaughtUp();

    assertThat(receiver.received()).hasSize(before);
  }
}
