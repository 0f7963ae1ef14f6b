package io.holdpoint.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HoldpointConfigTest {

  private static final String URI = "postgresql://app:pw@db.example:5432/holdpoint";

  @TempDir Path dir;

  @Test
  void defaultsAreThePublishedOnes() {
    HoldpointConfig config = HoldpointConfig.load(null, Map.of());

    assertEquals("cn-hangzhou", config.region());
    assertEquals(Path.of("./holdpoint-data"), config.dataDir());
    assertEquals("simulated", config.defaultDriver());
    assertEquals(
        new HttpConfig(
            "127.0.0.1",
            8080,
            OptionalInt.empty(),
            true,
            1 << 20,
            64 << 10,
            16 << 10,
            4 << 10,
            Duration.ofSeconds(75),
            10_000,
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            64L << 20,
            4096,
            1024),
        config.http());
    assertEquals(
        new TlsConfig(
            "", "", "", TlsConfig.ClientAuth.NONE, Duration.ofSeconds(10), Duration.ofSeconds(10)),
        config.tls());
    assertEquals(new LimitsConfig(0, 0, Duration.ofSeconds(1), 20), config.limits());
    assertEquals(new ManagementConfig("127.0.0.1", 9080), config.management());
    assertEquals(
        new PostgresConfig(
            "",
            "",
            PostgresConfig.Migrate.AUTO,
            Duration.ofSeconds(2),
            Duration.ofSeconds(1),
            Duration.ofMillis(500),
            8,
            256),
        config.postgres());
    assertEquals(new AuthConfig(AuthConfig.Mode.OFF, "", "", false), config.auth());
    assertEquals(
        new CommandConfig(
            Duration.ofSeconds(2),
            4096,
            8L << 20,
            1024,
            Duration.ofDays(7),
            Duration.ofSeconds(60),
            2000),
        config.commands());
    assertEquals(new AuditConfig(Duration.ofDays(90), 20_000), config.audit());
    assertEquals(
        new StreamConfig(
            Duration.ofMillis(50), Duration.ofMillis(500), Duration.ofMinutes(15), 64, 16),
        config.stream());
    assertEquals(new ClusterConfig(false, "127.0.0.1", 7800, 7802, "", ""), config.cluster());
    assertEquals(
        new WorkerConfig(
            true,
            Duration.ofSeconds(15),
            Duration.ofSeconds(5),
            Duration.ofMillis(500),
            64,
            3,
            Duration.ofMinutes(15),
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5)),
        config.worker());
    assertEquals(
        new WebhookConfig(
            "",
            20,
            8,
            Duration.ofSeconds(5),
            Duration.ofMinutes(15),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            32,
            8,
            1000),
        config.webhook());
    assertEquals(
        new SimulatedConfig(Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofMillis(500)),
        config.simulated());
    assertEquals(new ProcessConfig(ProcessConfig.Enabled.AUTO), config.process());
  }

  @ParameterizedTest
  @CsvSource({"auto, true", "on, true", "true, true", "off, false"})
  void onLoopbackProcessesOfThisHostMayBeNodesUnlessForbidden(String enabled, boolean allowed) {
    HoldpointConfig config =
        HoldpointConfig.load(null, Map.of("HOLDPOINT_PROCESS_DRIVER", enabled));

    assertEquals(allowed, config.processNodes());
  }

  @Test
  void elsewhereProcessesOfThisHostMustBeAllowedExplicitly() {
    assertFalse(new ProcessConfig(ProcessConfig.Enabled.AUTO).allowed(false));
    assertTrue(new ProcessConfig(ProcessConfig.Enabled.ON).allowed(false));
  }

  @Test
  void environmentWinsOverFileAndFileOverDefault() throws IOException {
    Path file = file("http:\n  port: 8081\n  max-connections: 5\nworker.enabled: off\n");

    HoldpointConfig config = HoldpointConfig.load(file, Map.of("HOLDPOINT_HTTP_PORT", "0"));

    assertEquals(0, config.http().port());
    assertEquals(5, config.http().maxConnections());
    assertFalse(config.worker().enabled());
    assertEquals(9080, config.management().port());
  }

  @Test
  void emptyVariableCountsAsNotSet() {
    assertEquals(8080, HoldpointConfig.load(null, Map.of("HOLDPOINT_HTTP_PORT", "")).http().port());
  }

  @Test
  void fileMayReferToAnyVariable() throws IOException {
    Path file =
        file(
            "region: ${MY_REGION:eu-1}\n"
                + "postgres:\n"
                + "  uri: postgresql://app:${DB_PASSWORD}@db/holdpoint\n");

    HoldpointConfig config = HoldpointConfig.load(file, Map.of("DB_PASSWORD", "a$1\\b"));

    assertEquals("eu-1", config.region());
    assertEquals("postgresql://app:a$1\\b@db/holdpoint", config.postgres().uri());
  }

  @Test
  void holdpointConfNamesTheFileUnlessOneIsGiven() throws IOException {
    Path named = file("region: from-variable\n");
    Path given = Files.writeString(dir.resolve("given.yaml"), "region: from-argument\n");
    Map<String, String> environment = Map.of("HOLDPOINT_CONF", named.toString());

    assertEquals("from-variable", HoldpointConfig.load(null, environment).region());
    assertEquals("from-argument", HoldpointConfig.load(given, environment).region());
  }

  @Test
  void emptyFileAndEmptySectionMeanDefaults() throws IOException {
    assertEquals(
        HoldpointConfig.load(null, Map.of()), HoldpointConfig.load(file("# nothing\n"), Map.of()));
    assertEquals(
        HoldpointConfig.load(null, Map.of()), HoldpointConfig.load(file("http:\n"), Map.of()));
  }

  @Test
  void defaultDriverFollowsTheDatabase() {
    assertEquals(
        "none", HoldpointConfig.load(null, Map.of("HOLDPOINT_POSTGRES_URI", URI)).defaultDriver());
    assertEquals(
        "simulated",
        HoldpointConfig.load(
                null,
                Map.of("HOLDPOINT_POSTGRES_URI", URI, "HOLDPOINT_DEFAULT_DRIVER", "simulated"))
            .defaultDriver());
  }

  @Test
  void serveMigratesOnlyEmbeddedUnlessTold() {
    assertTrue(HoldpointConfig.load(null, Map.of()).postgres().migrateOnServe());
    assertFalse(
        HoldpointConfig.load(null, Map.of("HOLDPOINT_MIGRATE", "off")).postgres().migrateOnServe());
    PostgresConfig external =
        HoldpointConfig.load(null, Map.of("HOLDPOINT_POSTGRES_URI", URI)).postgres();
    assertFalse(external.embedded());
    assertFalse(external.migrateOnServe());
    assertTrue(
        HoldpointConfig.load(null, Map.of("HOLDPOINT_POSTGRES_URI", URI, "HOLDPOINT_MIGRATE", "on"))
            .postgres()
            .migrateOnServe());
  }

  @Test
  void otherReadersAndKubernetesMayUseThePrefix() {
    HoldpointConfig.load(
        null,
        Map.of(
            "HOLDPOINT_LOG_LEVEL", "debug",
            "HOLDPOINT_SOAK_JAVA_HOME", "/opt/java",
            "HOLDPOINT_SERVICE_HOST", "10.0.0.1",
            "HOLDPOINT_SERVICE_PORT_HTTP", "80",
            "HOLDPOINT_PORT", "tcp://10.0.0.1:80",
            "HOLDPOINT_PORT_80_TCP_ADDR", "10.0.0.1"));
  }

  private Path file(String yaml) throws IOException {
    return Files.writeString(dir.resolve("holdpoint.yaml"), yaml);
  }

  @Test
  void signaturesAreAskedForUnlessOnlyThisMachineCanCall() {
    Map<String, String> key =
        Map.of(
            "HOLDPOINT_ACCESS_KEY_ID", "first", "HOLDPOINT_ACCESS_KEY_SECRET", "0123456789abcdef");

    assertEquals(AuthConfig.Mode.OFF, mode(Map.of()));
    assertEquals(AuthConfig.Mode.SIGNATURE, mode(Map.of("HOLDPOINT_HTTP_HOST", "0.0.0.0")));
    assertEquals(AuthConfig.Mode.SIGNATURE, mode(key));
    assertEquals(AuthConfig.Mode.SIGNATURE, mode(Map.of("HOLDPOINT_AUTH_MODE", "signature")));
  }

  private static AuthConfig.Mode mode(Map<String, String> environment) {
    return HoldpointConfig.load(null, environment).auth().mode();
  }
}
