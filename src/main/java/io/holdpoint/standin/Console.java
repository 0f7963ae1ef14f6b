package io.holdpoint.standin;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The standard output of this process, which is a program of its own. */
final class Console {
  private static final PrintStream OUT =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

  private Console() {}

  static void say(String line) {
    OUT.println(line);
  }

  /** A line in the shape of Logstash's log. */
  static void log(String level, String message) {
    OUT.println(
        String.join("", "[", SystemClock.text(), "][", level, "][logstash.agent] ", message));
  }
}
