package io.holdpoint.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One run of {@code holdpoint call} in this process: its exit code and what it printed. */
record CallLine(int exitCode, String out, String err) {

  static CallLine run(Map<String, String> environment, String... arguments) {
    String[] words = new String[arguments.length + 1];
    words[0] = "call";
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = HoldpointCommand.run(environment, print(out), print(err), words);
    return new CallLine(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static PrintStream print(ByteArrayOutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }
}
