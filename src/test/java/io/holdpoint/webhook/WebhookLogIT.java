package io.holdpoint.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.ChildService;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.Operator;
import io.holdpoint.testkit.TestDatabase;
import io.holdpoint.testkit.WebhookReceiver;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the log of a real process says of webhooks, at its most talkative. */
@ExtendWith(DatabaseExtension.class)
class WebhookLogIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  @Test
  void itNamesWebhooksAndFailuresButNoSecretAndNoUrl(TestDatabase database) {
    Map<String, String> environment =
        Map.of(
            "HOLDPOINT_SECRET_KEY", "k q83vAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxw=",
            "HOLDPOINT_LOG_LEVEL", "TRACE",
            "HOLDPOINT_WEBHOOK_ALLOWED_HOSTS", "http://127.0.0.1",
            "HOLDPOINT_WEBHOOK_POLL_INTERVAL", "20ms",
            "HOLDPOINT_WEBHOOK_BACKOFF", "10ms",
            "HOLDPOINT_WEBHOOK_ATTEMPTS", "2");
    try (WebhookReceiver receiver = new WebhookReceiver();
        ChildService service = ChildService.start(database, environment)) {
      receiver.answers(request -> 404);
      // As Express does.
      receiver.says(request -> "Cannot POST " + request.target());
      JsonObject body = new JsonObject().put("url", receiver.url("/hidden?key=hush-hush"));
      String secret =
          service
              .api()
              .send("PUT", "/v1/webhooks/pager", body)
              .json()
              .getJsonObject("Result")
              .getString("secret");
      Operator operator = new Operator(service.api());
      operator.restart(operator.createInstance(1));
      Await.until(
          SOON, "a dead letter is told", () -> log(service).contains("an event is a dead letter"));

      service.api().post("/v1/webhooks/pager/dead-letters/redeliver");
      Await.until(
          SOON,
          "a redelivery in vain is told",
          () -> log(service).contains("a dead letter was not delivered"));

      assertThat(service.api().get("/v1/webhooks/pager").json().getJsonObject("Result").toString())
          .contains("answered 404: status 404 Cannot POST /hidden?key=hush-hush");
      assertThat(log(service))
          .contains("PutWebhook", "\"pager\"", "answered 404")
          .doesNotContain("hush-hush", "/hidden", secret.substring("whsec_".length()));
    }
  }

  private static String log(ChildService service) {
    return String.join("\n", service.child().log())
        + String.join("\n", service.child().errorLines());
  }
}
