package io.holdpoint.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.WebhookReceiver.Received;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a receiver refuses too often, or for good. */
class WebhookDeadLetterIT extends WebhookSession {
  @Test
  void anEventThatIsRefusedTooOftenIsADeadLetterAndTheNextOneComes() {
    put(new JsonObject().put("kinds", new JsonArray().add("created").add("succeeded")));
    receiver.answers(request -> kind(request).equals("created") ? 500 : 200);

    finishedRestart();
    List<Received> received = receiver.await(target, 4);

    awaitCaughtUp();
    assertThat(received)
        .extracting(WebhookIT::kind)
        .containsExactly("created", "created", "created", "succeeded");
    JsonObject letter = letters().getJsonObject(0);
    assertThat(letter.getLong("position")).isEqualTo(received.get(0).position());
    assertThat(letter.getInteger("attempts")).isEqualTo(3);
    assertThat(letter.getString("error")).isEqualTo("answered 500: status 500");
    assertThat(letter.getJsonObject("event")).isEqualTo(received.get(0).event());
    assertThat(webhook().getInteger("deadLetters")).isEqualTo(1);

    // One that fails once more stays what it is.
    assertThat(redeliver("?position=" + letter.getLong("position"))).isEqualTo(1);
    receiver.await(target, 5);
    Await.until(
        SOON, "a fourth failure", () -> letters().getJsonObject(0).getInteger("attempts") == 4);
    assertThat(letters().getJsonObject(0).getBoolean("redelivering")).isFalse();

    receiver.answers(request -> 200);
    assertThat(redeliver("")).isEqualTo(1);
    List<Received> again = receiver.await(target, 6);
    Await.until(SOON, "no dead letter", () -> letters().isEmpty());
    assertThat(again.get(5).id()).isEqualTo(again.get(0).id());
    assertThat(again.get(5).body()).isEqualTo(again.get(0).body());
    assertThat(redeliver("")).isZero();
  }

  @Test
  void deadLettersCanBeDropped() {
    put(new JsonObject().put("kinds", new JsonArray().add("created")));
    receiver.answers(request -> 500);
    finishedRestart();
    finishedRestart();
    Await.until(SOON, "two dead letters", () -> letters().size() == 2);
    long second = letters().getJsonObject(1).getLong("position");

    Reply dropped = api("DELETE", "/dead-letters?position=" + second, null);

    assertThat(dropped.json().getJsonObject("Result").getInteger("deadLetters")).isEqualTo(1);
    assertThat(letters()).hasSize(1);
    assertThat(api("DELETE", "/dead-letters?position=" + second, null).code())
        .isEqualTo("DeadLetterNotFound");
    api("DELETE", "/dead-letters", null);
    assertThat(letters()).isEmpty();
  }

  @Test
  void asManyDeadLettersAsThereMayBePauseIt() {
    put(new JsonObject());
    receiver.answers(request -> 500);

    finishedRestart();

    Await.until(SOON, "a pause", () -> "dead-letters".equals(webhook().getString("paused")));
    assertThat(webhook().getInteger("deadLetters")).isEqualTo(4);
    assertThat(webhook().getLong("position")).isLessThan(webhook().getLong("streamEnd"));
    assertThat(receiver.received()).hasSize(12);
  }

  @Test
  void aReceiverThatIsGonePausesItUntilItIsPutAgain() {
    put(new JsonObject());
    receiver.answers(request -> 410);
    finishedRestart();
    Await.until(SOON, "a pause", () -> "gone".equals(webhook().getString("paused")));
    long position = webhook().getLong("position");

    finishedRestart();

    assertThat(webhook().getLong("position")).isEqualTo(position);
    assertThat(receiver.received()).hasSize(1);
    assertThat(webhook().getInteger("deadLetters")).isZero();
    receiver.answers(request -> 200);
    put(new JsonObject());
    List<Received> received = receiver.await(target, 2);
    assertThat(received.get(1).id()).isEqualTo(received.get(0).id());
    awaitCaughtUp();
  }
}
