package io.holdpoint.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigErrorTest {

  private static final String SECRET = "hunter2";

  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          HTTP_PORT | eighty | http.port (HOLDPOINT_HTTP_PORT) is "eighty"; allowed: a whole number
          HTTP_PORT | 70000 | http.port (HOLDPOINT_HTTP_PORT) is 70000; allowed: 0 to 65535
          HTTP_PORT | 99999999999 | http.port (HOLDPOINT_HTTP_PORT) is "99999999999"; allowed: \
          a whole number
          HTTP_MAX_BODY | 1MB | http.max-body (HOLDPOINT_HTTP_MAX_BODY) is "1MB"; allowed: a \
          size such as 512B, 64KiB, 1MiB or 1GiB
          HTTP_MAX_BODY | 32KiB | http.max-command-body (HOLDPOINT_HTTP_MAX_COMMAND_BODY) is \
          64KiB; allowed: 1KiB to 32KiB
          HTTP_IDLE_TIMEOUT | 75 | http.idle-timeout (HOLDPOINT_HTTP_IDLE_TIMEOUT) is "75"; \
          allowed: a duration such as 500ms, 2s, 15m, 24h or 7d
          HTTP_IDLE_TIMEOUT | 2h | http.idle-timeout (HOLDPOINT_HTTP_IDLE_TIMEOUT) is 2h; \
          allowed: 1s to 1h
          HTTP_HOST | a b | http.host (HOLDPOINT_HTTP_HOST) is "a b"; allowed: an address or a \
          host name
          MANAGEMENT_PORT | 8080 | management.port (HOLDPOINT_MANAGEMENT_PORT) is 8080, the \
          same as http.port (HOLDPOINT_HTTP_PORT); allowed: another port, or 0 for any free one
          REGION | CN | region (HOLDPOINT_REGION) is "CN"; allowed: a lower-case letter, then \
          at most 62 of a-z, 0-9, -
          DATA_DIR | ' ' | data-dir (HOLDPOINT_DATA_DIR) is blank; allowed: a path of the file \
          system
          DEFAULT_DRIVER | ssh | default-driver (HOLDPOINT_DEFAULT_DRIVER) is "ssh"; allowed: \
          simulated, none
          MIGRATE | maybe | postgres.migrate (HOLDPOINT_MIGRATE) is "maybe"; allowed: auto, on, off
          WORKER | yes | worker.enabled (HOLDPOINT_WORKER) is "yes"; allowed: on or off
          AUTH_MODE | none | auth.mode (HOLDPOINT_AUTH_MODE) is "none"; allowed: off, signature
          POSTGRES_LOCK_TIMEOUT | 1500ms | postgres.lock-timeout \
          (HOLDPOINT_POSTGRES_LOCK_TIMEOUT) is 1500ms; allowed: at most \
          postgres.statement-timeout (HOLDPOINT_POSTGRES_STATEMENT_TIMEOUT), 1s
          POSTGRES_STATEMENT_TIMEOUT | 2s | postgres.statement-timeout \
          (HOLDPOINT_POSTGRES_STATEMENT_TIMEOUT) is 2s; allowed: less than commands.deadline \
          (HOLDPOINT_COMMANDS_DEADLINE), 2s
          POSTGRES_QUERY_POOL | 41 | postgres.query-pool (HOLDPOINT_POSTGRES_QUERY_POOL) is 41; \
          allowed: 1 to 40
          TOKEN_RETENTION | 23h | commands.token-retention (HOLDPOINT_TOKEN_RETENTION) is 23h; \
          allowed: 1d to 366d
          WORKER_LEASE | 9s | worker.lease (HOLDPOINT_WORKER_LEASE) is 9s; allowed: at least \
          twice worker.heartbeat (HOLDPOINT_WORKER_HEARTBEAT), 5s
          WEBHOOK_LEASE | 19s | webhook.lease (HOLDPOINT_WEBHOOK_LEASE) is 19s; allowed: at least \
          twice webhook.timeout (HOLDPOINT_WEBHOOK_TIMEOUT), 10s
          HTTP_PROT | 1 | environment variable HOLDPOINT_HTTP_PROT is not known; did you mean \
          HOLDPOINT_HTTP_PORT?
          CLUSTER | on | cluster.key-store (HOLDPOINT_CLUSTER_KEY_STORE) is not set while \
          cluster.enabled (HOLDPOINT_CLUSTER) is on; allowed: the path of a PKCS #12 file that \
          all members have
          CLUSTER_HOST | 0.0.0.0 | cluster.host (HOLDPOINT_CLUSTER_HOST) is 0.0.0.0; allowed: \
          the address that other members connect to
          CLUSTER_PORT | 7802 | cluster.bus-port (HOLDPOINT_CLUSTER_BUS_PORT) is 7802, the same \
          as cluster.port (HOLDPOINT_CLUSTER_PORT); allowed: another port, or 0 for any free one
          ACCESS_KEY_SECRET | hunter2hunter2hunter2 | auth.access-key-id \
          (HOLDPOINT_ACCESS_KEY_ID) is not set beside auth.access-key-secret \
          (HOLDPOINT_ACCESS_KEY_SECRET); set both
          ACCESS_KEY_ID | HPKEY | auth.access-key-secret (HOLDPOINT_ACCESS_KEY_SECRET) is not \
          set beside auth.access-key-id (HOLDPOINT_ACCESS_KEY_ID); set both
          ACCESS_KEY_ID | HP KEY | auth.access-key-id (HOLDPOINT_ACCESS_KEY_ID) is "HP KEY"; \
          allowed: 1 to 64 of A-Z, a-z, 0-9, . _ -
          AUDIT_RETENTION | 23h | audit.retention (HOLDPOINT_AUDIT_RETENTION) is 23h; allowed: \
          1d to 3660d
          AUDIT_MAX_WAITING | 999 | audit.max-waiting (HOLDPOINT_AUDIT_MAX_WAITING) is 999; \
          allowed: 1000 to 1000000
          HTTPS_PORT | 8443 | tls.cert (HOLDPOINT_TLS_CERT) is not set while http.https-port \
          (HOLDPOINT_HTTPS_PORT) is; set both
          HTTPS_PORT | tls | http.https-port (HOLDPOINT_HTTPS_PORT) is "tls"; allowed: a whole \
          number
          HTTPS_PORT | 65536 | http.https-port (HOLDPOINT_HTTPS_PORT) is 65536; allowed: 0 to 65535
          HTTPS_PORT | 8080 | http.https-port (HOLDPOINT_HTTPS_PORT) is 8080, the same as \
          http.port (HOLDPOINT_HTTP_PORT); allowed: another port, or 0 for any free one
          HTTP_PLAIN | off | http.plain (HOLDPOINT_HTTP_PLAIN) is off while http.https-port \
          (HOLDPOINT_HTTPS_PORT) is not set; set it, or allow plain
          TLS_KEY | key.pem | http.https-port (HOLDPOINT_HTTPS_PORT) is not set while tls has \
          files; set it, or take them out
          TLS_KEY | -----BEGIN PRIVATE KEY----- hunter2 | tls.key (HOLDPOINT_TLS_KEY) is no path \
          (value hidden); allowed: the path of a file, not what is in it
          TLS_CLIENT_AUTH | required | tls.client-auth (HOLDPOINT_TLS_CLIENT_AUTH) is required \
          while tls.client-ca (HOLDPOINT_TLS_CLIENT_CA) is not set; set it; allowed: none
          TLS_CLIENT_CA | ca.pem | tls.client-auth (HOLDPOINT_TLS_CLIENT_AUTH) is none while \
          tls.client-ca (HOLDPOINT_TLS_CLIENT_CA) is set; allowed: request, required
          LIMITS_BURST | 500ms | limits.burst (HOLDPOINT_LIMITS_BURST) is 500ms; allowed: 1s to 5m
          HTTP_MAX_BODIES | 1KiB | http.max-bodies (HOLDPOINT_HTTP_MAX_BODIES) is 1KiB; allowed: \
          1MiB to 64GiB
          CONF | /nowhere/h.yaml | configuration file /nowhere/h.yaml does not exist; correct \
          the path or leave it out
          """)
  void environmentError(String suffix, String value, String message) {
    assertEquals(message, refusal(null, Map.of("HOLDPOINT_" + suffix, value)));
  }

  @Test
  void withoutSignaturesOnlyThisMachineMayCall() {
    assertEquals(
        "http.host (HOLDPOINT_HTTP_HOST) is \"0.0.0.0\" while auth.mode (HOLDPOINT_AUTH_MODE) is"
            + " off; allowed without authentication: 127.0.0.1, ::1 or localhost",
        refusal(null, Map.of("HOLDPOINT_HTTP_HOST", "0.0.0.0", "HOLDPOINT_AUTH_MODE", "off")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          htp: {port: 1} | : htp.port is not a known key; did you mean http.port \
          (HOLDPOINT_HTTP_PORT)?
          http: 8080 | : http is a single value; allowed: a section of keys
          region: {a: b} | : region (HOLDPOINT_REGION) is a section; allowed: a single value
          region: [a, b] | : region is a list; allowed: a single value
          - a | : must be a map of keys, as in http: { port: 8080 }
          region: 'hunter2 | , line 1, column 7: not valid YAML, or a key given twice; check \
          indentation, quotes and duplicates
          {region: a, region: b} | , line 1, column 19: not valid YAML, or a key given twice; \
          check indentation, quotes and duplicates
          {http: {port: 1}, http.port: 2} | : http.port is given twice
          """,
      quoteCharacter = '`')
  void fileError(String yaml, String message) throws IOException {
    Path file = Files.writeString(dir.resolve("h.yaml"), yaml);

    assertEquals("configuration file " + file + message, refusal(file, Map.of()));
  }

  @Test
  void fileWithUnsetReference() throws IOException {
    Path file = Files.writeString(dir.resolve("h.yaml"), "region: ${MY_REGION}");

    assertEquals(
        "region (HOLDPOINT_REGION) refers to the variable MY_REGION, which is not set; set it",
        refusal(file, Map.of()));
  }

  @Test
  void fileThatIsNoText() throws IOException {
    Path binary =
        Files.write(dir.resolve("h.yaml"), new byte[] {(byte) 0xFF, (byte) 0xC0, 0, 1, 2});

    assertTrue(refusal(binary, Map.of()).startsWith("configuration file " + binary));
    assertTrue(refusal(dir, Map.of()).contains("cannot be read"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://app:hunter2@db/x",
        "mysql://app:hunter2@db/x",
        "hunter2",
        "postgresql://app:hunter2 @db/x"
      })
  void refusedUriIsNeverShown(String uri) {
    String message = refusal(null, Map.of("HOLDPOINT_POSTGRES_URI", uri));

    assertEquals(
        "postgres.uri (HOLDPOINT_POSTGRES_URI) is not usable (value hidden); allowed:"
            + " postgresql://user:password@host:port/name",
        message.replace("***", "password"));
    assertFalse(message.contains(SECRET));
  }

  @Test
  void sealingKeysBesideTheirFileAreRefusedAndNotShown() {
    String message =
        refusal(
            null, Map.of("HOLDPOINT_SECRET_KEY", SECRET, "HOLDPOINT_SECRET_KEY_FILE", "/run/keys"));

    assertEquals(
        "secret.key (HOLDPOINT_SECRET_KEY) is set (value hidden) beside secret.key-file"
            + " (HOLDPOINT_SECRET_KEY_FILE); allowed: one of them",
        message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hunter2", "hunter2 hunter2 hunter2", "hunter2\u00e9hunter2hunter2"})
  void accessKeySecretOfAnotherFormIsRefusedAndNotShown(String secret) {
    String message =
        refusal(
            null,
            Map.of("HOLDPOINT_ACCESS_KEY_ID", "HPKEY", "HOLDPOINT_ACCESS_KEY_SECRET", secret));

    assertEquals(
        "auth.access-key-secret (HOLDPOINT_ACCESS_KEY_SECRET) is not usable (value hidden);"
            + " allowed: 16 to 128 printable ASCII characters without spaces",
        message);
  }

  @Test
  void uriInAnotherKeyIsRedacted() {
    String uri = "postgresql://app:" + SECRET + "@/#: x".repeat(20) + "@db/x?password=" + SECRET;

    assertFalse(refusal(null, Map.of("HOLDPOINT_REGION", uri)).contains(SECRET));
  }

  @Test
  void hostileValueStaysOneLine() {
    String value = "a\r\nb\u2028" + "x".repeat(500);

    String message = refusal(null, Map.of("HOLDPOINT_REGION", value));

    assertTrue(message.length() < 250, message);
  }

  private static String refusal(@Nullable Path file, Map<String, String> environment) {
    ConfigException refused =
        assertThrows(
            ConfigException.class, () -> HoldpointConfig.load(file, new HashMap<>(environment)));
    String message = String.valueOf(refused.getMessage());
    assertEquals(1, message.lines().count(), message);
    return message;
  }
}
