package io.holdpoint.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The files that the containers mount agree with {@code docker-compose.yml} and with each other.
 */
class TopologyFilesTest {
  private static final ComposeFile FILE = ComposeFile.read();
  private static final Path BALANCER = Path.of("conf/haproxy.cfg");

  @Test
  void theBalancerTakesEveryNodeThatIsReady() throws IOException {
    String text = Files.readString(BALANCER);
    List<String> lines = text.lines().map(String::strip).toList();

    assertThat(FILE.mounts("balancer"))
        .containsValue("./conf/haproxy.cfg")
        .containsKey("/usr/local/etc/haproxy/haproxy.cfg");
    assertThat(lines.stream().filter(line -> line.startsWith("server ")))
        .containsExactlyElementsOf(
            FILE.nodes().stream().map(node -> "server " + node + " " + node + ":8080").toList());
    // Whoever generates a file from this one puts servers of its own at the end.
    assertThat(lines.subList(lines.size() - FILE.nodes().size(), lines.size()))
        .allMatch(line -> line.startsWith("server "));
    assertThat(lines)
        .contains(
            "http-check send meth GET uri /health/ready ver HTTP/1.1 hdr Host holdpoint",
            "http-check expect status 200",
            "bind :8080",
            "bind :8404");
    assertThat(text).containsPattern("default-server check port 9080 inter 1s");
  }

  @Test
  void theBalancerSendsAgainOnlyWhatNoNodeHasSeen() throws IOException {
    List<String> lines = Files.readAllLines(BALANCER).stream().map(String::strip).toList();

    assertThat(lines).contains("retry-on conn-failure", "option redispatch 1");
    assertThat(lines.stream().filter(line -> line.startsWith("retry-on"))).hasSize(1);
    // Longer than a command's deadline; longer than the pause between two comments of a stream.
    assertThat(lines)
        .contains(
            "timeout server 15s", "http-request set-timeout server 60s if { path /v1/events }");
  }

  @Test
  void prometheusAsksTheManagementPortOfEveryNode() throws IOException {
    JsonObject document = yaml(Path.of("conf/prometheus/prometheus.yml"));

    JsonArray targets =
        document
            .getJsonArray("scrape_configs")
            .getJsonObject(0)
            .getJsonArray("static_configs")
            .getJsonObject(0)
            .getJsonArray("targets");
    assertThat(targets)
        .containsExactlyElementsOf(FILE.nodes().stream().map(node -> node + ":9080").toList());
    assertThat(document.getJsonArray("rule_files")).containsExactly("alerts.yml");
    assertThat(FILE.service("prometheus").getJsonArray("command"))
        .contains("--config.file=/etc/prometheus/prometheus.yml");
    assertThat(FILE.mounts("prometheus")).containsEntry("/etc/prometheus", "./conf/prometheus");
  }

  @Test
  void grafanaFindsItsSourceAndItsDashboard() throws IOException {
    Path provisioning = Path.of("conf/grafana/provisioning");
    JsonObject source =
        yaml(provisioning.resolve("datasources/prometheus.yaml"))
            .getJsonArray("datasources")
            .getJsonObject(0);
    JsonObject provider =
        yaml(provisioning.resolve("dashboards/holdpoint.yaml"))
            .getJsonArray("providers")
            .getJsonObject(0);
    Map<String, String> mounts = FILE.mounts("grafana");

    assertThat(source.getString("url")).isEqualTo("http://prometheus:9090");
    assertThat(mounts).containsEntry("/etc/grafana/provisioning", "./conf/grafana/provisioning");
    String folder = provider.getJsonObject("options").getString("path");
    assertThat(mounts).containsEntry(folder, "./conf/grafana/dashboards");
    assertThat(FILE.environment("grafana", Map.of("GRAFANA_ADMIN_PASSWORD", "x")))
        .containsEntry("GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH", folder + "/holdpoint.json");
    JsonArray panels = Dashboard.read().getJsonArray("panels");
    assertThat(panels)
        .isNotEmpty()
        .allSatisfy(
            panel ->
                assertThat(((JsonObject) panel).getJsonObject("datasource").getString("uid"))
                    .isEqualTo(source.getString("uid")));
    assertThat(panels.stream().map(panel -> ((JsonObject) panel).getInteger("id")))
        .doesNotHaveDuplicates();
  }

  @Test
  void panelsDoNotCoverEachOther() throws IOException {
    List<JsonObject> places =
        Dashboard.read().getJsonArray("panels").stream()
            .map(panel -> ((JsonObject) panel).getJsonObject("gridPos"))
            .toList();

    for (JsonObject one : places) {
      assertThat(one.getInteger("x") + one.getInteger("w")).isLessThanOrEqualTo(24);
      assertThat(places.stream().filter(other -> overlap(one, other))).hasSize(1);
    }
  }

  private static boolean overlap(JsonObject one, JsonObject other) {
    return apart(one, other, "x", "w") && apart(one, other, "y", "h");
  }

  private static boolean apart(JsonObject one, JsonObject other, String at, String size) {
    return one.getInteger(at) < other.getInteger(at) + other.getInteger(size)
        && other.getInteger(at) < one.getInteger(at) + one.getInteger(size);
  }

  @Test
  void thePrimaryWaitsForTheStandbyByTheNameThatItGivesItself() throws IOException {
    String primary = Files.readString(Path.of("conf/postgres/replication.sh"));
    String standby = Files.readString(Path.of("conf/postgres/standby.sh"));

    assertThat(primary)
        .contains(
            "synchronous_standby_names = 'FIRST 1 (standby)'",
            "pg_create_physical_replication_slot('standby')",
            "CREATE ROLE replicator REPLICATION LOGIN",
            "host replication replicator all scram-sha-256");
    assertThat(standby)
        .contains("user=replicator application_name=standby", "--slot standby")
        .contains("-c synchronous_standby_names=");
    assertThat(FILE.mounts("postgres"))
        .containsEntry(
            "/docker-entrypoint-initdb.d/replication.sh", "./conf/postgres/replication.sh");
    assertThat(FILE.service("standby").getJsonArray("entrypoint"))
        .containsExactly("bash", FILE.mounts("standby").keySet().iterator().next());
    assertThat(FILE.service("postgres").getJsonArray("command"))
        .contains("fsync=on", "synchronous_commit=on");
    assertThat(FILE.service("standby").getJsonArray("command"))
        .contains("fsync=on", "synchronous_commit=on");
  }

  @Test
  void everyFileBelowConfIsUsed() throws IOException {
    List<String> used =
        FILE.services().stream().flatMap(name -> FILE.mounts(name).values().stream()).toList();
    try (Stream<Path> files = Files.walk(Path.of("conf"))) {
      List<String> unused =
          files
              .filter(Files::isRegularFile)
              .map(file -> "./" + file.toString().replace('\\', '/'))
              .filter(file -> used.stream().noneMatch(file::startsWith))
              .collect(Collectors.toList());
      assertThat(unused).containsExactly("./conf/holdpoint.yaml");
    }
  }

  private static JsonObject yaml(Path file) throws IOException {
    return ComposeFile.of(Files.readString(file)).document();
  }
}
