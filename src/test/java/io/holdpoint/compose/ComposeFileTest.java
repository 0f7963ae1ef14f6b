package io.holdpoint.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.config.HoldpointConfig;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code docker-compose.yml} has to say for us to rely on it. */
class ComposeFileTest {
  private static final ComposeFile FILE = ComposeFile.read();

  @Test
  void itIsAComposeFile() throws IOException {
    assertThat(faults(FILE)).isEmpty();
  }

  @Test
  void theSchemaFindsWhatIsNone() throws IOException {
    String text = FILE.text();

    assertThat(faults(ComposeFile.of(text.replace("read_only: true", "readonly: true"))))
        .isNotEmpty();
    assertThat(faults(ComposeFile.of(text.replace("condition: service_healthy", "condition: up"))))
        .isNotEmpty();
  }

  @Test
  void aPrimaryItsStandbyAMigrationThreeNodesABalancerAndWhoWatches() {
    assertThat(FILE.services())
        .containsExactlyInAnyOrder(
            "postgres",
            "standby",
            "migrate",
            "holdpoint-1",
            "holdpoint-2",
            "holdpoint-3",
            "balancer",
            "prometheus",
            "grafana");
    assertThat(condition("standby", "postgres")).isEqualTo("service_healthy");
    assertThat(condition("migrate", "postgres")).isEqualTo("service_healthy");
    // Else its first commit would wait for a standby that nobody starts.
    assertThat(condition("migrate", "standby")).isEqualTo("service_healthy");
    for (String node : FILE.nodes()) {
      assertThat(condition(node, "postgres")).isEqualTo("service_healthy");
      assertThat(condition(node, "migrate")).isEqualTo("service_completed_successfully");
    }
    assertThat(FILE.service("migrate").getString("restart")).isEqualTo("no");
  }

  @Test
  void theNodesDifferInTheirNamesOnly() {
    assertThat(FILE.nodes()).containsExactly("holdpoint-1", "holdpoint-2", "holdpoint-3");
    assertThat(FILE.nodes().stream().map(node -> nameless(node)).distinct()).hasSize(1);
    for (String node : FILE.nodes()) {
      assertThat(FILE.service(node).getJsonObject("environment").getString("HOLDPOINT_HTTP_HOST"))
          .isEqualTo(node);
    }
  }

  private static String nameless(String node) {
    return FILE.service(node).encode().replace(node, "");
  }

  @ParameterizedTest
  @MethodSource("services")
  void everyContainerHasNoMoreThanItNeeds(String name) {
    JsonObject service = FILE.service(name);

    assertThat(service.getString("user")).matches("[1-9][0-9]*:[0-9]+");
    assertThat(service.getBoolean("read_only")).isTrue();
    assertThat(service.getJsonArray("cap_drop")).containsExactly("ALL");
    assertThat(service.getJsonArray("security_opt")).containsExactly("no-new-privileges:true");
    assertThat(service.fieldNames())
        .contains("mem_limit", "pids_limit", "restart")
        .doesNotContain("privileged", "network_mode", "cap_add", "devices", "pid", "ipc");
    assertThat(service.getJsonArray("tmpfs", new JsonArray()))
        .allSatisfy(place -> assertThat(place.toString()).contains("size=", "nosuid", "nodev"));
  }

  @ParameterizedTest
  @MethodSource("services")
  void everyImageIsPinned(String name) {
    JsonObject service = FILE.service(name);
    JsonObject build = service.getJsonObject("build");
    String image =
        build == null
            ? service.getString("image")
            : build.getString("dockerfile_inline").lines().findFirst().orElse("");

    assertThat(image).matches("(FROM )?[a-z/-]+:v?[0-9]+\\.[0-9]+[0-9a-z._-]*");
  }

  @ParameterizedTest
  @MethodSource("services")
  void whatIsMountedIsThereAndCannotBeWritten(String name) {
    for (Object volume : FILE.service(name).getJsonArray("volumes", new JsonArray())) {
      String[] parts = volume.toString().split(":");
      if (parts[0].startsWith(".")) {
        assertThat(Path.of(parts[0])).as(volume.toString()).exists();
        assertThat(parts[0]).startsWith("./conf/");
        assertThat(parts[2]).isEqualTo("ro");
      } else {
        assertThat(FILE.document().getJsonObject("volumes").fieldNames()).contains(parts[0]);
      }
    }
  }

  static Set<String> services() {
    return FILE.services();
  }

  @ParameterizedTest
  @ValueSource(strings = {"migrate", "holdpoint-1", "holdpoint-2", "holdpoint-3"})
  void ourContainersHaveNoMoreThanTheyNeed(String name) {
    JsonObject service = FILE.service(name);
    String dockerfile = service.getJsonObject("build").getString("dockerfile_inline");

    assertThat(service.getString("user")).matches("[1-9][0-9]*:[1-9][0-9]*");
    assertThat(service.getJsonArray("tmpfs")).singleElement().asString().contains("size=");
    assertThat(service.fieldNames()).doesNotContain("volumes");
    assertThat(dockerfile)
        .containsPattern("(?m)^FROM eclipse-temurin:25[0-9._]+-jre")
        .containsPattern("(?m)^USER " + service.getString("user") + "$")
        .doesNotContainPattern("(?m)^(ENV|ARG|ADD) ");
    // Nothing is run as root but the making of the directory that the class archive goes to.
    assertThat(dockerfile.lines().takeWhile(line -> !line.startsWith("USER ")))
        .filteredOn(line -> line.startsWith("RUN "))
        .containsExactly("RUN install -d -o 10001 -g 10001 /opt/holdpoint/classes");
    assertThat(dockerfile.lines().filter(line -> line.startsWith("RUN "))).hasSize(2);
  }

  @Test
  void noSecretHasADefaultOrStandsInTheFile() {
    assertThat(FILE.variables())
        .containsExactlyInAnyOrder(
            "GRAFANA_ADMIN_PASSWORD",
            "HOLDPOINT_ACCESS_KEY_ID",
            "HOLDPOINT_ACCESS_KEY_SECRET",
            "HOLDPOINT_SECRET_KEY",
            "POSTGRES_OWNER_PASSWORD",
            "POSTGRES_REPLICATION_PASSWORD",
            "POSTGRES_RUNTIME_PASSWORD");
    assertThat(FILE.text().split("\\$\\{", -1))
        .hasSize(FILE.text().split("\\$\\{[A-Z_]+:\\?", -1).length);
    for (String service : FILE.services()) {
      JsonObject environment = FILE.service(service).getJsonObject("environment", new JsonObject());
      for (Map.Entry<String, Object> each : environment) {
        String value = each.getValue().toString();
        if (each.getKey().matches(".*(PASSWORD|SECRET).*")) {
          assertThat(value).as(each.getKey()).matches("\\$\\{[A-Z_]+:\\?[^}]*}");
        } else if (each.getKey().endsWith("URI")) {
          assertThat(value)
              .matches(
                  "postgresql://\\w+:\\$\\{[A-Z_]+:\\?[^}]*}@postgres:5432(,standby:5432)?/\\w+");
        }
      }
    }
  }

  @Test
  void noNodeKnowsTheLoginsOfOwnerAndStandby() {
    for (String node : FILE.nodes()) {
      assertThat(FILE.service(node).encode())
          .doesNotContain("OWNER", "REPLICATION", "GRAFANA")
          .contains("@postgres:5432,standby:5432/holdpoint");
    }
  }

  @Test
  void nothingIsPublishedBeyondThisHost() {
    Set<String> published = new TreeSet<>();
    for (String service : FILE.services()) {
      for (Object port : FILE.service(service).getJsonArray("ports", new JsonArray())) {
        assertThat(port.toString()).startsWith("127.0.0.1:");
        published.add(service);
      }
    }
    // The nodes only through the balancer.
    assertThat(published).containsExactly("balancer", "grafana", "postgres", "prometheus");
  }

  @Test
  void theServiceIsConfiguredToAskForSignatures() {
    Map<String, String> outside = new HashMap<>();
    FILE.variables().forEach(name -> outside.put(name, "0123456789abcdef"));

    HoldpointConfig config =
        HoldpointConfig.load(null, new TreeMap<>(FILE.environment("holdpoint-1", outside)));

    assertThat(config.auth().mode()).hasToString("SIGNATURE");
    assertThat(config.auth().hasAccessKey()).isTrue();
    assertThat(config.http().port()).isEqualTo(8080);
    assertThat(config.management().port()).isEqualTo(9080);
    assertThat(config.postgres().embedded()).isFalse();
    assertThat(config.processNodes()).isFalse();
    assertThat(config.describe()).doesNotContain("0123456789abcdef@");
  }

  @Test
  void theReadmeSaysHowToMakeEachVariable() throws IOException {
    String readme = Files.readString(Path.of("README.md"));

    assertThat(FILE.variables()).allSatisfy(name -> assertThat(readme).contains(name + "="));
    assertThat(Files.readString(Path.of(".gitignore"))).contains("\n/.env\n");
  }

  private static String condition(String service, String other) {
    return FILE.service(service)
        .getJsonObject("depends_on")
        .getJsonObject(other)
        .getString("condition");
  }

  private static List<String> faults(ComposeFile file) throws IOException {
    try (var in = ComposeFileTest.class.getResourceAsStream("/compose-spec/compose-spec.json")) {
      JsonObject schema = new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      OutputUnit result =
          Validator.create(
                  JsonSchema.of(schema),
                  new JsonSchemaOptions()
                      .setBaseUri("https://compose.example")
                      .setDraft(Draft.DRAFT7)
                      .setOutputFormat(OutputFormat.Basic))
              .validate(file.document());
      return Boolean.TRUE.equals(result.getValid())
          ? List.of()
          : result.getErrors().stream().map(OutputUnit::getError).toList();
    }
  }
}
