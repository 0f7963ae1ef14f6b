package io.holdpoint.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescribeTest {

  @TempDir Path dir;

  @Test
  void descriptionLoadsAgainAsTheSameConfiguration() throws IOException {
    HoldpointConfig config =
        HoldpointConfig.load(
            null,
            Map.of(
                "HOLDPOINT_HTTP_HOST", "::1",
                "HOLDPOINT_DATA_DIR", "it's: #here",
                "HOLDPOINT_HTTP_IDLE_TIMEOUT", "90s",
                "HOLDPOINT_SIMULATED_STOP", "0ms",
                "HOLDPOINT_HTTPS_PORT", "8443",
                "HOLDPOINT_TLS_CERT", "tls/cert.pem",
                "HOLDPOINT_TLS_KEY", "tls/key.pem",
                "HOLDPOINT_HTTP_MAX_BODY", "1048577B"));

    Path file = Files.writeString(dir.resolve("h.yaml"), config.describe());

    assertEquals(config, HoldpointConfig.load(file, Map.of()));
    assertTrue(config.describe().contains("  https-port: 8443  # HOLDPOINT_HTTPS_PORT\n"));
    assertTrue(config.describe().contains("  port: 8080  # HOLDPOINT_HTTP_PORT\n"));
    assertTrue(config.describe().contains("default-driver: simulated "));
    assertTrue(config.describe().contains("  mode: off "));
  }

  @ParameterizedTest
  @CsvSource({
    "postgresql://app:hunter2@db/x, postgresql://app:***@db/x",
    "postgresql://app:hun@ter2@db/x, postgresql://app:***@db/x",
    "postgresql://app:hun/ter2:?@db/x, postgresql://app:***@db/x",
    "postgresql://app@db/x?user=a&password=hunter2&b=c,"
        + " postgresql://app@db/x?user=a&password=***&b=c",
    "postgresql://app@db/x?sslpassword=hunter2, postgresql://app@db/x?sslpassword=***",
    "postgresql://app@db/x, postgresql://app@db/x",
    "postgresql://db/x, postgresql://db/x",
    "postgresql://db:5432/x, postgresql://db:5432/x"
  })
  void passwordsAreHidden(String uri, String shown) {
    HoldpointConfig config =
        HoldpointConfig.load(
            null, Map.of("HOLDPOINT_POSTGRES_URI", uri, "HOLDPOINT_POSTGRES_OWNER_URI", uri));

    for (String text :
        new String[] {config.describe(), config.toString(), config.postgres().toString()}) {
      assertTrue(text.contains("uri: '" + shown + "'"), text);
      assertFalse(text.contains("ter2"), text);
    }
    assertEquals(uri, config.postgres().uri());
  }

  @Test
  void sealingKeysAreHidden() {
    String key = "k hunter2\nl hunter2";
    HoldpointConfig config = HoldpointConfig.load(null, Map.of("HOLDPOINT_SECRET_KEY", key));

    for (String text :
        new String[] {config.describe(), config.toString(), config.secret().toString()}) {
      assertTrue(text.contains("key: '***'"), text);
      assertFalse(text.contains("ter2"), text);
    }
    assertEquals(key, config.secret().key());
  }

  @Test
  void accessKeySecretIsHidden() {
    String secret = "hunter2hunter2hunter2";
    HoldpointConfig config =
        HoldpointConfig.load(
            null,
            Map.of("HOLDPOINT_ACCESS_KEY_ID", "HPKEY", "HOLDPOINT_ACCESS_KEY_SECRET", secret));

    for (String text :
        new String[] {config.describe(), config.toString(), config.auth().toString()}) {
      assertTrue(text.contains("access-key-id: HPKEY"), text);
      assertTrue(text.contains("access-key-secret: '***'"), text);
      assertFalse(text.contains("ter2"), text);
    }
    assertEquals(secret, config.auth().accessKeySecret());
  }
}
