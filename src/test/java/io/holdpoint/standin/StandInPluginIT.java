package io.holdpoint.standin;

import static io.holdpoint.standin.StandInFixture.lines;
import static io.holdpoint.standin.StandInFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.StandInProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code bin/logstash-plugin} does to a home. */
class StandInPluginIT {
  private static final String PLUGIN = "logstash-filter-special";

  @TempDir private Path folder;
  private StandInFixture fixture;

  @BeforeEach
  void setUp() {
    fixture = new StandInFixture(folder);
  }

  @AfterEach
  void tearDown() {
    fixture.close();
  }

  @Test
  void aPluginIsInstalledOnceAndRemovedOnce() {
    assertThat(plugin("install", PLUGIN, "--version", "2.1.0").exitCode()).isZero();
    assertThat(plugin("install", PLUGIN, "--version", "2.1.0").exitCode()).isZero();
    assertThat(list()).contains(PLUGIN + " (2.1.0)");
    assertThat(lines(fixture.home.resolve("data/trace")))
        .filteredOn(line -> line.endsWith("done"))
        .hasSize(1);

    assertThat(plugin("remove", PLUGIN).exitCode()).isZero();
    assertThat(plugin("remove", PLUGIN).exitCode()).isOne();
    assertThat(list()).noneMatch(line -> line.startsWith(PLUGIN));
  }

  @Test
  void aRunningNodeKnowsThePluginsThatItBootedWith() {
    fixture.pipeline("main", StandInFixture.GOOD.replace("mutate", "special")).reloading();
    StandInProcess node = fixture.launch().answering();
    assertThat(plugin("install", PLUGIN).exitCode()).isZero();
    assertThat(node.reply("/_node/plugins").body()).doesNotContain(PLUGIN);
    node.signal("TERM");
    assertThat(node.exitCode()).isZero();

    StandInProcess next = fixture.settled();

    assertThat(next.reply("/_node/plugins").body())
        .contains("{\"name\":\"" + PLUGIN + "\",\"version\":\"1.0.0\"}");
    assertThat(StandInFixture.state(next, "main")).isEqualTo("RUNNING");
  }

  @Test
  void aKillInTheMiddleLeavesAHomeThatDoesNotStart() throws IOException {
    Files.writeString(fixture.home.resolve("plugin.millis"), "60000");
    StandInProcess install = plugin("install", PLUGIN);
    until("it is half done", () -> install.output().contains("Resolving"));
    install.close();

    StandInProcess node = fixture.launch();
    assertThat(node.exitCode()).isOne();
    assertThat(node.output()).contains("Could not find " + PLUGIN);

    Files.delete(fixture.home.resolve("plugin.millis"));
    assertThat(plugin("install", PLUGIN).exitCode()).isZero();
    fixture.settled();
  }

  @Test
  void aPackBringsItsPlugins() throws IOException {
    Path pack = StandInHome.pack(folder.resolve("pack.zip"), Map.of(PLUGIN, "3.0.1"));

    assertThat(plugin("install", pack.toUri().toString()).exitCode()).isZero();

    assertThat(list()).contains(PLUGIN + " (3.0.1)");
    assertThat(plugin("install", "file:///no/such/pack.zip").exitCode()).isOne();
    assertThat(plugin("install", "logstash-filter-nosuch").exitCode()).isOne();
  }

  @Test
  void aTarballHoldsOneHomeThatRuns() throws Exception {
    Path archive =
        StandInHome.archive(folder.resolve("l.tar.gz"), "9.5.0", StandInHome.javaCommand());
    Process tar =
        new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", folder.toString()).start();
    assertThat(tar.waitFor()).isZero();

    StandInProcess node = fixture.launchFrom(folder.resolve("logstash-9.5.0")).answering();

    assertThat(node.get("/").getString("version")).isEqualTo("9.5.0");
    assertThat(node.reply("/_node/plugins").body()).doesNotContain("logstash-output-pipe");
  }

  private StandInProcess plugin(String... arguments) {
    return fixture.opened(StandInProcess.plugin(fixture.home, arguments));
  }

  private List<String> list() {
    StandInProcess list = plugin("list", "--verbose");
    assertThat(list.exitCode()).isZero();
    return list.output().lines().toList();
  }
}
