package io.holdpoint.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.EventKind;
import io.holdpoint.task.StreamEntry;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.task.TaskState;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MessageTest {

  /**
   * The example of the specification's own libraries, and made again by hand: {@code printf '%s'
   * "$id.$seconds.$body" | openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf %s "$key" |
   * base64 -d | od -An -tx1 | tr -d ' \n') -binary | base64}.
   */
  @Test
  void isSignedAsTheSpecificationSays() {
    Message message =
        new Message("msg_p5jXN8AQM9LWM0D4loKWxJek", Buffer.buffer("{\"test\": 2432232314}"));

    assertThat(message.signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 1_614_265_330))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void bytesBeyondAsciiAreSignedAsTheyAreSent() {
    Message message = new Message("msg_1", Buffer.buffer("{\"a\":\"\u00e9\"}"));

    // By openssl as above, over printf 'msg_1.7.{"a":"\303\251"}'.
    assertThat(message.signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 7))
        .isEqualTo("v1,1jbAk42UzqL5mxkMMyY2lyD9HkoDhHjAfGjC3dSez1s=");
  }

  @Test
  void saysWhatHappenedWhenAndWhereInTheStream() {
    UUID webhook = UUID.fromString("0b9a8a49-4f3a-4a0c-9a2e-0f6b0a4b7c55");
    UUID task = UUID.fromString("667d7997-bbee-4fc3-9280-06ef6e77460e");
    UUID request = UUID.fromString("67468841-dc13-45cb-b9ad-7b2c4e4023e4");
    TaskEvent event =
        new TaskEvent(
            "default",
            "ls-cn-1",
            task,
            9,
            EventKind.INTERRUPTED,
            TaskState.RUNNING,
            TaskState.SUSPENDED,
            3,
            1,
            null,
            null,
            request,
            "anna",
            null,
            null,
            Instant.parse("2026-05-27T11:53:43.104567Z"));

    Message message = Message.of(webhook, new StreamEntry(4711, event));

    assertThat(message.id()).isEqualTo("msg_0b9a8a49-4f3a-4a0c-9a2e-0f6b0a4b7c55_4711");
    assertThat(message.body().toString())
        .isEqualTo(
            "{\"type\":\"task.interrupted\",\"timestamp\":\"2026-05-27T11:53:43.104Z\",\"data\":{"
                + "\"position\":4711,\"instanceId\":\"ls-cn-1\","
                + "\"taskId\":\"667d7997-bbee-4fc3-9280-06ef6e77460e\",\"sequence\":9,"
                + "\"kind\":\"interrupted\",\"fromState\":\"running\",\"toState\":\"suspended\","
                + "\"epoch\":3,\"inFlight\":1,"
                + "\"requestId\":\"67468841-DC13-45CB-B9AD-7B2C4E4023E4\",\"principal\":\"anna\","
                + "\"at\":\"2026-05-27T11:53:43.104Z\"}}");
  }
}
