package io.holdpoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.config.HoldpointConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code holdpoint call} refuses before it sends anything. Nobody listens at the endpoint: had
 * it sent something, its exit code were 5.
 */
class CallCommandTest {
  private static final String SECRET = "hush-hush-hush-hush";
  private static final Map<String, String> NOBODY =
      Map.of("HOLDPOINT_CALL_ENDPOINT", "http://127.0.0.1:1");

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                                                          | OPERATION",
        "Interrupt                                                 | InterruptLogstashTask",
        "InterruptLogstashTask                                     | --instance",
        "InterruptLogstashTask --instance a --param InstanceId=b   | twice",
        "InterruptLogstashTask --instance a --param nope=b         | nope",
        "InterruptLogstashTask --instance a --param b              | NAME=VALUE",
        "InterruptLogstashTask --instance a --param =b             | NAME=VALUE",
        "InterruptLogstashTask --instance a --body {}              | --body",
        "InterruptLogstashTask --instance a --scheme acs4          | acs3, roa-sha1",
        "InterruptLogstashTask --instance a --timeout 5            | --timeout",
        "InterruptLogstashTask --instance a --timeout 0s           | --timeout",
        "InterruptLogstashTask --instance a --timeout 2h           | 1h",
        "InterruptLogstashTask --instance a --endpoint 127.0.0.1   | endpoint",
        "InterruptLogstashTask --instance a --ca x.pem             | https",
        "InterruptLogstashTask --instance a --client-token a,ü     | --client-token",
        "InterruptLogstashTask --instance a --client-token=        | --client-token",
        "InterruptLogstashTask --instance a --nope                 | --nope",
        "DescribeLogstash --instance a --client-token t            | clientToken",
        "DescribeLogstash --instance a --interrupt-mode now        | x-holdpoint-interrupt-mode",
        "CreateLogstash                                            | --body",
        "CreateLogstash --body @/nowhere/at/all                    | /nowhere/at/all",
        "CreateLogstash --body @/nowhere --body {}                 | --body",
      })
  void wrongUsageSendsNothing(String words, String said) {
    CommandRun line =
        CommandRun.call(NOBODY, words == null ? new String[0] : words.strip().split(" +"));

    assertThat(line.exitCode()).isEqualTo(2);
    assertThat(line.err()).startsWith("holdpoint: ").contains(said).contains("call --help");
    assertThat(line.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{} {}", "", " ", "{\"password\": hush}"})
  void bodyThatIsNoJsonIsRefusedWithoutRepeatingIt(String body) throws IOException {
    Path file = Files.writeString(directory.resolve("body.json"), body);

    for (String given : new String[] {body, "@" + file}) {
      CommandRun line = CommandRun.call(NOBODY, "CreateLogstash", "--body", given);

      assertThat(line.exitCode()).isEqualTo(2);
      assertThat(line.err()).contains("--body").doesNotContain("hush");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--access-key-secret %s", "--access-key-secret=%s"})
  void secretAsAnArgumentIsRefusedWithoutRepeatingIt(String words) {
    CommandRun line =
        CommandRun.call(NOBODY, ("ListLogstash " + words).formatted(SECRET).split(" "));

    assertThat(line.exitCode()).isEqualTo(2);
    assertThat(line.err()).contains("HOLDPOINT_CALL_ACCESS_KEY_SECRET").doesNotContain(SECRET);
  }

  @Test
  void misspeltVariableIsRefused() {
    CommandRun line = CommandRun.call(Map.of("HOLDPOINT_CALL_ENDPONT", "http://x"), "ListLogstash");

    assertThat(line.exitCode()).isEqualTo(2);
    assertThat(line.err()).contains("HOLDPOINT_CALL_ENDPONT").contains("HOLDPOINT_CALL_ENDPOINT");
  }

  /** They may be set for the whole session. */
  @Test
  void serviceLetsTheVariablesOfCallPass() {
    for (String name : CallEnvironment.NAMES) {
      assertThat(HoldpointConfig.load(null, Map.of(name, "x")).describe()).doesNotContain(name);
    }
  }

  @Test
  void helpTellsTheExitCodes() {
    CommandRun line = CommandRun.call(Map.of(), "--help");

    assertThat(line.exitCode()).isZero();
    assertThat(line.out()).contains("  0 ", "  2 ", "  3 ", "  4 ", "  5 ");
    assertThat(line.out()).doesNotContain("--access-key-secret=", "--access-key-secret ");
  }
}
