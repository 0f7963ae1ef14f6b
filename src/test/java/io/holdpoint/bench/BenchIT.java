package io.holdpoint.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.ChildProcess;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.InSoak;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The whole benchmark, short: what it finds is right, not how fast it was. */
@ExtendWith(DatabaseExtension.class)
class BenchIT {
  private static final int INSTANCES = 30_000;
  private static final int GROWN = 32_000;

  @TempDir Path directory;

  @BeforeEach
  void empty(TestDatabase database) {
    database.execute("TRUNCATE instances, tasks, events, commands CASCADE");
  }

  @Test
  void figuresAreRightAndEverythingAcknowledgedIsFound(TestDatabase database) throws Exception {
    assertFiguresOf("raw_c1$|interrupt_(c1_|c256_(unsigned|acs3)$)", 0, database);

    assertThat(database.count("SELECT count(*) FROM instances")).isEqualTo(INSTANCES);
  }

  @InSoak
  @Test
  void soTheyAreOfEveryKindOfScenario(TestDatabase database) throws Exception {
    JsonObject figures =
        assertFiguresOf(
            "raw_c1$|interrupt_(c1_|c256_(unsigned(_nodes2(_clustered)?)?$|acs3)|r1000)|replay|unknown|mixed",
            GROWN,
            database);

    assertThat(database.count("SELECT count(*) FROM instances")).isEqualTo(GROWN);
    assertThat(figures.getJsonObject("leftWhenGrown").fieldNames())
        .contains("interrupt_c256_unsigned");
    assertThat(figures.getJsonObject("purging").getJsonObject("interrupt_c256_unsigned"))
        .isNotNull();
    assertThat(figures.getLong("purged")).isEqualTo(1_000);
    assertThat(
            database.count("SELECT count(*) FROM commands WHERE client_token ~ '^[0-9a-f-]{36}$'"))
        .isZero();

    assertThat(figures.getJsonObject("scenarios").fieldNames())
        .contains("interrupt_c256_unsigned_nodes2")
        .doesNotContain("interrupt_c256_unsigned_nodes2_clustered");
    assertThat(
            figures.getJsonObject("leftWhenClustered").getDouble("interrupt_c256_unsigned_nodes2"))
        .isPositive();
    JsonObject clustered =
        figures
            .getJsonObject("clustered")
            .getJsonObject("interrupt_c256_unsigned_nodes2_clustered");
    assertThat(clustered.getJsonArray("passes").getJsonObject(0).getInteger("clusterMembers"))
        .isEqualTo(2);
  }

  /**
   * @param scenarios by a pattern of their names
   * @param grown to how many instances, for further rounds while old tokens are purged; 0 for none
   */
  private JsonObject assertFiguresOf(String scenarios, int grown, TestDatabase database)
      throws Exception {
    Path json = directory.resolve("bench.json");
    Path svg = directory.resolve("bench.svg");
    try (ChildProcess bench =
        ChildProcess.launch(
            Map.of(),
            "bench",
            "--quick",
            "--rounds=1",
            "--window=200",
            "--instances=" + INSTANCES,
            "--tokens=500",
            "--grown-instances=" + grown,
            "--grown-tokens=" + (grown > 0 ? 500 : 0),
            "--only=" + scenarios,
            "--database=" + database.ownerUri(),
            "--json=" + json,
            "--svg=" + svg)) {
      int code = bench.exitCode(Duration.ofSeconds(240));
      assertThat(code).as("%s %s", bench.out(), bench.errorLines()).isZero();
      assertThat(bench.out()).anyMatch(line -> line.startsWith("| interrupt_c256_acs3 |"));
    }

    JsonObject figures = new JsonObject(Files.readString(json));
    assertThat(figures.getJsonObject("ratios").fieldNames())
        .contains("interrupt_c256_unsigned", "interrupt_c256_acs3", "p50_c1_over_raw");
    JsonObject checks = figures.getJsonObject("checks");
    assertThat(checks.getBoolean("holds")).isTrue();
    assertThat(checks.getLong("acknowledged")).isPositive();
    assertThat(checks.getLong("applied")).isPositive().isEqualTo(checks.getLong("events"));
    JsonObject scenario =
        figures.getJsonObject("scenarios").getJsonObject("interrupt_c256_unsigned");
    assertThat(scenario.getDouble("perSecond")).isPositive();
    assertThat(scenario.getDouble("p99Millis"))
        .isGreaterThanOrEqualTo(scenario.getDouble("p50Millis"));
    assertThat(Files.readString(svg)).startsWith("<svg ").contains("ACS3");
    return figures;
  }

  @Test
  void whatWasAcknowledgedAndIsNotThereOrIsNotTheSameIsFound(TestDatabase database)
      throws Exception {
    Vertx vertx = Vertx.vertx();
    Path acknowledged = directory.resolve("acknowledged");
    try (BenchDatabase bench = new BenchDatabase(vertx, database.ownerUri())) {
      bench.addTokens(2);
      database.execute(
          "UPDATE commands SET client_token = 'p-' || row_number FROM (SELECT"
              + " client_token AS old, row_number() OVER () FROM commands) n WHERE client_token = old");
      Files.writeString(acknowledged, "p-1\ttrue\np-2\tfalse\np-3\ttrue\n");

      Effects effects = bench.effects(order(acknowledged));

      assertThat(effects).isEqualTo(new Effects(3, 1, 1, 2, 0, 0));
      assertThat(effects.hold()).isFalse();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void aDatabaseInUseIsNotTouched(TestDatabase database) {
    database.execute(
        "INSERT INTO instances (account_id, instance_id, version, description, node_amount,"
            + " specification) VALUES ('default', 'ls-cn-1', '7.4.0', 'x', 2, '{}')");
    try (ChildProcess bench =
        ChildProcess.launch(Map.of(), "bench", "--quick", "--database=" + database.ownerUri())) {
      assertThat(bench.exitCode(Duration.ofSeconds(60))).isEqualTo(2);
      assertThat(bench.errorLines())
          .contains(
              "holdpoint: the benchmark fills its database: give it an empty one of its own, not"
                  + " one in use");
    }
    assertThat(database.count("SELECT count(*) FROM tasks")).isZero();
  }

  private static LoadOrder order(Path acknowledged) {
    return new LoadOrder(
        List.of(1),
        "",
        null,
        Mix.INTERRUPT,
        1,
        0,
        false,
        0,
        1,
        "p-",
        0,
        1,
        1,
        acknowledged.toString());
  }
}
