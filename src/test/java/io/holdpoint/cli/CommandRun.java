package io.holdpoint.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** One run of a command in this process: its exit code and what it printed. */
record CommandRun(int exitCode, String out, String err) {

  static CommandRun run(Map<String, String> environment, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = HoldpointCommand.run(environment, print(out), print(err), words);
    return new CommandRun(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** {@code holdpoint call} with these arguments. */
  static CommandRun call(Map<String, String> environment, String... arguments) {
    String[] words = new String[arguments.length + 1];
    words[0] = "call";
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    return run(environment, words);
  }

  List<String> lines() {
    return out.lines().toList();
  }

  private static PrintStream print(ByteArrayOutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }
}
