package io.holdpoint.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A class of this build in a process of its own, under the same Java. */
public final class JavaProcess {
  private static final long STOP_SECONDS = 15;

  private JavaProcess() {}

  /** Its errors go where ours go. */
  static ProcessBuilder of(String main, String... arguments) {
    return of(List.of(), main, arguments);
  }

  /**
   * The same.
   *
   * @param options of the JVM
   */
  public static ProcessBuilder of(List<String> options, String main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("-cp");
    command.add(absolute(System.getProperty("java.class.path")));
    command.add(main);
    command.addAll(Arrays.asList(arguments));
    return new ProcessBuilder(command).redirectError(Redirect.INHERIT);
  }

  private static String absolute(String classPath) {
    List<String> entries = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      entries.add(Path.of(entry).toAbsolutePath().toString());
    }
    return String.join(File.pathSeparator, entries);
  }

  public static Process start(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As SIGTERM does; after fifteen seconds as {@code kill -9}. */
  public static void stop(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException stopped) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
