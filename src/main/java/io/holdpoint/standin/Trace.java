package io.holdpoint.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file with a line for each thing that was done to a node: time, what, to what. A test reads
 * there that nothing was done twice.
 */
record Trace(Path file) {
  /** Every word becomes a word of the line. */
  void add(String... words) {
    line(file, words);
  }

  static void line(Path file, String... words) {
    String line = String.join(" ", SystemClock.text(), String.join(" ", words)).concat("\n");
    try {
      Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
