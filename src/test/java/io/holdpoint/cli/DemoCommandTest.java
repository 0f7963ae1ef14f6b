package io.holdpoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the demo refuses before it starts anything. */
class DemoCommandTest {
  @ParameterizedTest
  @ValueSource(strings = {"0", "10", "-1", "two"})
  void anotherNumberOfNodesIsRefused(String number) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(said, true, StandardCharsets.UTF_8);

    int code = HoldpointCommand.run(Map.of(), stream, stream, "demo", "--nodes", number);

    assertThat(code).isEqualTo(HoldpointCommand.UNUSABLE);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .startsWith("holdpoint: ")
        .contains("--nodes", number, "demo --help");
  }
}
