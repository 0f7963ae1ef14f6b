package io.holdpoint.cli;

import io.holdpoint.bench.JavaProcess;
import io.holdpoint.store.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Outlives a demo of several processes by a moment: when the demo has ended, however that came,
 * {@code kill -9} included, what still runs out of its folder is killed and the folder removed. A
 * process of its own, which sees the end at its standard input; Ctrl-C goes past it.
 */
final class DemoGuard implements AutoCloseable {
  private static final long END_SECONDS = 15;

  /** Signals that are ignored stay so in what the shell becomes, also for a JVM. */
  private static final List<String> DEAF =
      List.of("/bin/sh", "-c", "trap '' HUP INT; exec \"$@\"", "sh");

  private static final List<String> SMALL =
      List.of("-Xmx16m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");

  private final Process process;

  private DemoGuard(Process process) {
    this.process = process;
  }

  /**
   * @param folder of a demo's own, its real path: everything that names it is the demo's
   */
  static DemoGuard over(Path folder) {
    ProcessBuilder java = JavaProcess.of(SMALL, DemoGuard.class.getName(), folder.toString());
    List<String> words = new ArrayList<>(DEAF);
    words.addAll(java.command());
    return new DemoGuard(JavaProcess.start(java.command(words)));
  }

  /**
   * Waits for the end of standard input, then cleans up.
   *
   * @param arguments the folder
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    System.in.readAllBytes();
    new FolderProcesses(folder).end();
    Directories.delete(folder);
  }

  /** Nothing of the demo is left when this returns. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        throw new StartException("the demo's guard did not end; see process " + process.pid());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
