package io.holdpoint.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.config.HoldpointConfig;
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
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
  void aDatabaseAMigrationAndAService() {
    assertThat(FILE.document().getJsonObject("services").fieldNames())
        .containsExactlyInAnyOrder("postgres", "migrate", "holdpoint");
    assertThat(condition("migrate", "postgres")).isEqualTo("service_healthy");
    assertThat(condition("holdpoint", "postgres")).isEqualTo("service_healthy");
    assertThat(condition("holdpoint", "migrate")).isEqualTo("service_completed_successfully");
    assertThat(FILE.service("migrate").getString("restart")).isEqualTo("no");
  }

  @ParameterizedTest
  @ValueSource(strings = {"migrate", "holdpoint"})
  void ourContainersHaveNoMoreThanTheyNeed(String name) {
    JsonObject service = FILE.service(name);
    String dockerfile = service.getJsonObject("build").getString("dockerfile_inline");

    assertThat(service.getString("user")).matches("[1-9][0-9]*:[1-9][0-9]*");
    assertThat(service.getBoolean("read_only")).isTrue();
    assertThat(service.getJsonArray("cap_drop")).containsExactly("ALL");
    assertThat(service.getJsonArray("security_opt")).containsExactly("no-new-privileges:true");
    assertThat(service.getJsonArray("tmpfs")).singleElement().asString().contains("size=");
    assertThat(service.fieldNames())
        .contains("mem_limit", "pids_limit")
        .doesNotContain("privileged", "volumes", "network_mode", "cap_add");
    assertThat(dockerfile)
        .containsPattern("(?m)^FROM eclipse-temurin:25-jre")
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
            "HOLDPOINT_ACCESS_KEY_ID",
            "HOLDPOINT_ACCESS_KEY_SECRET",
            "HOLDPOINT_SECRET_KEY",
            "POSTGRES_OWNER_PASSWORD",
            "POSTGRES_RUNTIME_PASSWORD");
    assertThat(FILE.text().split("\\$\\{", -1))
        .hasSize(FILE.text().split("\\$\\{[A-Z_]+:\\?", -1).length);
    for (String service : List.of("postgres", "migrate", "holdpoint")) {
      for (Map.Entry<String, Object> each : FILE.service(service).getJsonObject("environment")) {
        String value = each.getValue().toString();
        if (each.getKey().matches(".*(PASSWORD|SECRET).*")) {
          assertThat(value).as(each.getKey()).matches("\\$\\{[A-Z_]+:\\?[^}]*}");
        } else if (each.getKey().endsWith("URI")) {
          assertThat(value).matches("postgresql://\\w+:\\$\\{[A-Z_]+:\\?[^}]*}@postgres:5432/\\w+");
        }
      }
    }
  }

  @Test
  void theServiceDoesNotKnowTheOwnersLogin() {
    assertThat(FILE.service("holdpoint").encode()).doesNotContain("OWNER");
  }

  @Test
  void nothingIsPublishedBeyondThisHost() {
    for (String service : List.of("postgres", "holdpoint")) {
      assertThat(FILE.service(service).getJsonArray("ports"))
          .isNotEmpty()
          .allSatisfy(port -> assertThat(port.toString()).startsWith("127.0.0.1:"));
    }
    assertThat(FILE.service("migrate").containsKey("ports")).isFalse();
  }

  @Test
  void theServiceIsConfiguredToAskForSignatures() {
    Map<String, String> outside = new HashMap<>();
    FILE.variables().forEach(name -> outside.put(name, "0123456789abcdef"));

    HoldpointConfig config =
        HoldpointConfig.load(null, new TreeMap<>(FILE.environment("holdpoint", outside)));

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
