package io.holdpoint.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.WebhookReceiver.Received;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Webhooks as their account makes, changes and reads them. */
class WebhookResourceIT extends WebhookSession {
  @Test
  void theSecretIsShownOnceAndANewOneReplacesIt() {
    JsonObject body = body(new JsonObject());
    Reply made = api("PUT", "?clientToken=" + name, body);
    String secret = secret(made);
    assertThat(secret).matches("whsec_[A-Za-z0-9+/]{43}=");

    Reply again = api("PUT", "?clientToken=" + name, body);
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(again.json().getJsonObject("Result").getBoolean("secretIssued")).isTrue();
    Reply replaced = put(new JsonObject());
    assertThat(replaced.json().getJsonObject("Result").getBoolean("secretIssued")).isFalse();
    String key = secret.substring("whsec_".length());
    for (Reply reply :
        List.of(again, replaced, api("GET", "", null), service.api().get("/v1/webhooks"))) {
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.body()).doesNotContain("whsec_", key);
    }
    assertThat(
            database.text(
                    "SELECT string_agg(w::text || encode(w.sealed, 'escape'), '') FROM webhooks w")
                + database.text("SELECT string_agg(c::text, '') FROM commands c"))
        .contains(name)
        .doesNotContain("whsec_", key);

    String rotated = secret(put(new JsonObject().put("rotateSecret", true)));
    finishedRestart();
    Received first = receiver.await(target, 1).get(0);
    assertThat(first.isSignedWith(rotated)).isTrue();
    assertThat(first.isSignedWith(secret)).isFalse();
  }

  @Test
  void oneTokenHasOneEffect() {
    JsonObject rotate = body(new JsonObject().put("rotateSecret", true));
    api("PUT", "?clientToken=" + name, rotate);
    String sealed = database.text("SELECT sealed::text FROM webhooks");

    assertThat(api("PUT", "?clientToken=" + name, rotate).status()).isEqualTo(200);

    assertThat(database.text("SELECT sealed::text FROM webhooks")).isEqualTo(sealed);
    assertThat(api("PUT", "?clientToken=" + name, body(new JsonObject())).code())
        .isEqualTo("IdempotentParameterMismatch");
    assertThat(api("DELETE", "?clientToken=d" + name, null).result()).isEqualTo(true);
    api("PUT", "", rotate);
    assertThat(api("DELETE", "?clientToken=d" + name, null).result()).isEqualTo(true);
    assertThat(webhook().getString("name")).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://127.0.0.1/",
        "http://127.0.0.2/",
        "http://localhost/",
        "https://hooks.example.com/",
        "http://169.254.169.254/latest/meta-data"
      })
  void aHostThatIsNotAllowedIsRefusedWithWhatToDo(String url) {
    Reply refused = api("PUT", "", new JsonObject().put("url", url));

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.code()).isEqualTo("WebhookHostNotAllowed");
    assertThat(refused.json().getString("Message")).contains("HOLDPOINT_WEBHOOK_ALLOWED_HOSTS");
    assertThat(database.count("SELECT count(*) FROM webhooks")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'url':'http://user@127.0.0.1/'}",
        "{'url':'http://127.0.0.1/#x'}",
        "{'url':'ftp://127.0.0.1/'}",
        "{'url':'http://127.0.0.1/ x'}",
        "{'url':'http://127.0.0.1/LONG'}",
        "{'url':'http://127.0.0.1/','kinds':['exploded']}",
        "{'url':'http://127.0.0.1/','kinds':[]}",
        "{'url':'http://127.0.0.1/','after':-1}",
        "{'url':'http://127.0.0.1/','secret':'whsec_x'}"
      })
  void whatCannotBeMeantIsRefused(String body) {
    String json = body.replace('\'', '"').replace("LONG", "x".repeat(2_048));

    Reply refused = service.api().sendText("PUT", "/v1/webhooks/" + name, json);

    assertThat(refused.status()).as(refused.body()).isEqualTo(400);
    assertThat(refused.code()).isEqualTo("InvalidParameter");
  }

  @Test
  void anAccountHasOnlySoMany() {
    for (int i = 0; i < 3; i++) {
      assertThat(service.api().send("PUT", "/v1/webhooks/n" + i, body(new JsonObject())).status())
          .isEqualTo(200);
    }
    assertThat(put(new JsonObject()).code()).isEqualTo("WebhookLimitExceeded");
    assertThat(service.api().send("PUT", "/v1/webhooks/n1", body(new JsonObject())).status())
        .isEqualTo(200);
    service.api().send("DELETE", "/v1/webhooks/n0", null);
    assertThat(put(new JsonObject()).status()).isEqualTo(200);
  }
}
