package io.holdpoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.bench.FreePort;
import io.holdpoint.testkit.ChildProcess;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.InSoak;
import io.holdpoint.testkit.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the jar prints, and how it refuses to start: one line that says what to do, exit code 2. */
@ExtendWith(DatabaseExtension.class)
class StartIT {
  private static final Duration ENDED = Duration.ofSeconds(15);

  @TempDir Path directory;

  @InSoak
  @ParameterizedTest
  @ValueSource(strings = {"", "serve", "demo", "migrate", "config", "keys", "keys add", "call"})
  void everyCommandExplainsItself(String command) {
    try (ChildProcess child =
        command.isEmpty()
            ? ChildProcess.launch(Map.of(), "--help")
            : ChildProcess.launch(Map.of(), (command + " --help").split(" "))) {
      assertThat(child.exitCode(ENDED)).isZero();
      assertThat(child.out().get(0)).startsWith(("Usage: holdpoint " + command).strip());
      assertThat(child.errorLines()).isEmpty();
    }
  }

  @Test
  void versionIsOneLine() {
    try (ChildProcess child = ChildProcess.launch(Map.of(), "--version")) {
      assertThat(child.exitCode(ENDED)).isZero();
      assertThat(child.out()).singleElement().asString().matches("holdpoint \\d+\\.\\d+.*");
    }
  }

  @Test
  void configShowsWhatWouldBeUsedWithoutSecrets() {
    Map<String, String> environment =
        Map.of(
            "HOLDPOINT_POSTGRES_URI", "postgresql://svc:hush-hush@db.example/holdpoint",
            "HOLDPOINT_WORKER_LEASE", "20s");
    try (ChildProcess child = ChildProcess.launch(environment, "config")) {
      assertThat(child.exitCode(ENDED)).isZero();
      String text = String.join("\n", child.out());
      assertThat(text).contains("lease: 20s").contains("db.example").doesNotContain("hush-hush");
      assertThat(child.errorLines()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "serv | serv",
        "--nope | --nope",
        "serve --nope | --nope",
        "--conf | --conf",
      })
  void wrongUsageIsRefused(String words, String named) {
    assertRefused(Map.of(), words.split(" "), named, "--help");
  }

  @Test
  void unknownVariableIsRefusedWithTheLikelyOne() {
    assertRefused(
        Map.of("HOLDPOINT_HTTP_PROT", "1"), "HOLDPOINT_HTTP_PROT", "mean HOLDPOINT_HTTP_PORT");
  }

  @Test
  void unknownKeyIsRefusedWithTheLikelyOne() throws IOException {
    Path conf = Files.writeString(directory.resolve("holdpoint.yaml"), "http:\n  prot: 1\n");
    assertRefused(
        Map.of(), new String[] {"serve", "--conf", conf.toString()}, "http.prot", "http.port");
  }

  @Test
  void missingFileIsRefused() {
    Path missing = directory.resolve("absent.yaml");
    assertRefused(
        Map.of(), new String[] {"--conf", missing.toString()}, missing.toString(), "correct");
  }

  @Test
  void contradictionIsRefused() {
    assertRefused(
        Map.of("HOLDPOINT_HTTP_HOST", "0.0.0.0", "HOLDPOINT_AUTH_MODE", "off"),
        "HOLDPOINT_HTTP_HOST",
        "127.0.0.1");
  }

  @Test
  void databaseThatDoesNotListenIsRefused() throws IOException {
    String address = "127.0.0.1:" + FreePort.find();
    assertRefused(
        Map.of("HOLDPOINT_POSTGRES_URI", "postgresql://svc:hush@" + address + "/holdpoint"),
        address,
        "check that it runs");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://svc:hush-hush@db:port/name",
        "postgresql://svc:hush-hush@x@db/name",
        "postgresql://svc:hush%zz-hush@db/name",
        "mysql://svc:hush-hush@db/name"
      })
  void uriThatCannotBeReadIsRefusedAndNotShown(String uri) {
    String line = assertRefused(Map.of("HOLDPOINT_POSTGRES_URI", uri), "HOLDPOINT_POSTGRES_URI");
    assertThat(line).doesNotContain("hush");
  }

  @Test
  void schemaThatIsNotThereIsRefusedWithTheCommandThatMakesIt(TestDatabase database) {
    database.execute("CREATE DATABASE not_migrated");
    try {
      assertRefused(
          Map.of("HOLDPOINT_POSTGRES_URI", database.runtimeUriOf("not_migrated")),
          "schema",
          "holdpoint.jar migrate");
    } finally {
      database.execute("DROP DATABASE not_migrated WITH (FORCE)");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP", "MANAGEMENT"})
  void portInUseIsRefusedWithTheVariableToSet(String door, TestDatabase database)
      throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Map<String, String> environment = new HashMap<>();
      environment.put("HOLDPOINT_POSTGRES_URI", database.runtimeUri());
      environment.put("HOLDPOINT_HTTP_PORT", "0");
      environment.put("HOLDPOINT_MANAGEMENT_PORT", "0");
      environment.put("HOLDPOINT_" + door + "_PORT", Integer.toString(taken.getLocalPort()));

      assertRefused(environment, "in use", "HOLDPOINT_" + door + "_PORT");
    }
  }

  @Test
  void dataDirectoryThatCannotBeOneIsRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    assertRefused(
        Map.of("HOLDPOINT_DATA_DIR", file.toString()), file.toString(), "HOLDPOINT_DATA_DIR");
  }

  private static String assertRefused(Map<String, String> environment, String... said) {
    return assertRefused(environment, new String[] {"serve"}, said);
  }

  /** Exit code 2, and besides the log one line that begins with the program's name. */
  static String assertRefused(Map<String, String> environment, String[] arguments, String... said) {
    try (ChildProcess child = ChildProcess.launch(environment, arguments)) {
      int code = child.exitCode(ENDED);
      List<String> lines = child.errorLines();
      assertThat(lines).singleElement().asString().startsWith("holdpoint: ").contains(said);
      assertThat(code).isEqualTo(2);
      assertThat(child.out()).isEmpty();
      assertThat(child.log()).noneMatch(line -> line.contains("\"level\":\"ERROR\""));
      return lines.get(0);
    }
  }
}
