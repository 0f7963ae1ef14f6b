package io.holdpoint.driver;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A process of this host that is never mistaken for a later one of the same number. {@link
 * DetachedScript} writes it as one line, {@code pid started}.
 *
 * @param started its start in clock ticks and the boot of the host, or {@code -} on a host without
 *     {@code /proc}, where a number that was given again is not noticed
 */
record ProcessMark(long pid, String started) {
  private static final Path PROC = Path.of("/proc");
  private static final String UNKNOWN = "-";
  private static final int STATE = 0;
  private static final int SESSION = 3;
  private static final int START = 19;

  static Optional<ProcessMark> parse(String line) {
    String[] parts = line.strip().split(" ");
    return parts.length == 2 && parts[0].matches("[1-9]\\d{0,17}")
        ? Optional.of(new ProcessMark(Long.parseLong(parts[0]), parts[1]))
        : Optional.empty();
  }

  /** The process that has the number now; empty when it is gone or only waits to be reaped. */
  static Optional<ProcessMark> living(long pid) {
    if (!Files.isDirectory(PROC)) {
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .map(process -> new ProcessMark(pid, UNKNOWN));
    }
    String[] stat = stat(pid);
    return stat.length <= START || dead(stat)
        ? Optional.empty()
        : Optional.of(new ProcessMark(pid, stat[START] + "@" + boot()));
  }

  boolean alive() {
    return living(pid).filter(this::equals).isPresent();
  }

  /** Whether a process lives in the session that this one led, itself included. */
  boolean sessionAlive() {
    if (alive()) {
      return true;
    }
    if (!started.endsWith("@" + boot())) {
      return false;
    }
    try (Stream<Path> entries = Files.list(PROC)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.matches("[1-9]\\d{0,17}"))
          .map(name -> stat(Long.parseLong(name)))
          .anyMatch(
              stat ->
                  stat.length > START && !dead(stat) && stat[SESSION].equals(Long.toString(pid)));
    } catch (IOException none) {
      return false;
    }
  }

  @Override
  public String toString() {
    return pid + " " + started;
  }

  private static boolean dead(String[] stat) {
    return stat[STATE].equals("Z") || stat[STATE].equals("X");
  }

  /** The fields behind the name of the program, which may hold anything. */
  private static String[] stat(long pid) {
    String text = text(PROC.resolve(Long.toString(pid)).resolve("stat"));
    return text.substring(text.lastIndexOf(')') + 1).strip().split(" ");
  }

  private static String boot() {
    return text(PROC.resolve("sys/kernel/random/boot_id")).strip();
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }
}
