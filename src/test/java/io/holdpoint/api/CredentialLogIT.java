package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.ApiClient;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.ChildService;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the log of a real process says of credentials, at its most talkative. */
@ExtendWith(DatabaseExtension.class)
class CredentialLogIT {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String KEY = "q83vAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxw=";
  private static final String OTHER_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxyrze8=";
  private static final String SECRET = "hush-hush";
  private static final String PATH = "/v1/credentials/c";

  @Test
  void itNamesCredentialsAndTheKeyThatIsMissingButNoSecret(TestDatabase database) {
    try (ChildService service = start(database, "key-1 " + KEY)) {
      ApiClient api = service.api();
      assertThat(api.send("PUT", PATH, new JsonObject().put("apiPassword", SECRET)).result())
          .isEqualTo(true);
      api.send("PUT", PATH, new JsonObject().put("apiPasswort", SECRET));
      api.send("PUT", PATH, new JsonObject().put("apiUser", SECRET + "\n"));
      api.sendText("PUT", PATH, "{\"apiPassword\":\"" + SECRET);
      api.sendText("PUT", PATH, "[\"" + SECRET + "\"]");
      Await.until(SOON, "the put is told", () -> log(service).contains("PutCredential"));

      assertThat(log(service)).contains("\"c\"").doesNotContain(SECRET, KEY);
    }
    try (ChildService restarted = start(database, "key-2 " + OTHER_KEY)) {
      Await.until(
          SOON,
          "the missing key is named",
          () -> log(restarted).contains("it is sealed with the key key-1"));

      assertThat(restarted.api().get("/v1/credentials").body()).contains("\"c\"");
      assertThat(log(restarted)).doesNotContain(SECRET, KEY, OTHER_KEY);
    }
  }

  private static ChildService start(TestDatabase database, String key) {
    return ChildService.start(
        database, Map.of("HOLDPOINT_SECRET_KEY", key, "HOLDPOINT_LOG_LEVEL", "TRACE"));
  }

  private static String log(ChildService service) {
    return String.join("\n", service.child().log())
        + String.join("\n", service.child().errorLines());
  }
}
