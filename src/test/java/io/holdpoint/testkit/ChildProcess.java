package io.holdpoint.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** {@code java -jar holdpoint.jar …} as a process of its own; what it says is kept by lines. */
public final class ChildProcess implements AutoCloseable {
  private static final List<String> QUICK_START =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private final Process process;
  private final Queue<String> out = new ConcurrentLinkedQueue<>();
  private final Queue<String> err = new ConcurrentLinkedQueue<>();
  private final List<Thread> readers = new ArrayList<>();

  private ChildProcess(Process process) {
    this.process = process;
    readers.add(read(process.getInputStream(), out));
    readers.add(read(process.getErrorStream(), err));
  }

  /**
   * Starts the jar that the build packaged.
   *
   * @param environment replaces every HOLDPOINT_ variable of this process
   */
  public static ChildProcess launch(Map<String, String> environment, String... arguments) {
    return launch(List.of(), environment, arguments);
  }

  /**
   * The same jar.
   *
   * @param before words before {@code java}, as to run it in another network
   */
  static ChildProcess launch(
      List<String> before, Map<String, String> environment, String... arguments) {
    return launch(before, ClassArchive.options(jar()), jar(), environment, arguments);
  }

  /**
   * @param before words before {@code java}, as to run it as somebody else
   */
  public static ChildProcess launch(
      List<String> before, Path jar, Map<String, String> environment, String... arguments) {
    return launch(before, List.of("-Xshare:auto"), jar, environment, arguments);
  }

  static ChildProcess launch(
      List<String> before,
      List<String> options,
      Path jar,
      Map<String, String> environment,
      String... arguments) {
    List<String> words = new ArrayList<>(before);
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(QUICK_START);
    words.addAll(options);
    words.add("-jar");
    words.add(jar.toString());
    words.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().keySet().removeIf(name -> name.startsWith("HOLDPOINT_"));
    builder.environment().putAll(environment);
    try {
      return new ChildProcess(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Path jar() {
    String jar = System.getProperty("holdpoint.jar");
    if (jar == null) {
      throw new AssertionError("the system property holdpoint.jar names the packaged jar");
    }
    return Path.of(jar);
  }

  private static Thread read(InputStream stream, Queue<String> lines) {
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader text =
                  new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String line = text.readLine(); line != null; line = text.readLine()) {
                  lines.add(line);
                }
              } catch (IOException killed) {
                // The pipe breaks with the process.
              }
            },
            "child-output");
    reader.setDaemon(true);
    reader.start();
    return reader;
  }

  public Process process() {
    return process;
  }

  /** What it has written to standard output so far. */
  public List<String> out() {
    return List.copyOf(out);
  }

  /** What it has written to standard error and is no line of the log. */
  public List<String> errorLines() {
    return err.stream().filter(line -> !line.startsWith("{\"")).toList();
  }

  /** What it has logged so far: one JSON object per line. */
  public List<String> log() {
    return err.stream().filter(line -> line.startsWith("{\"")).toList();
  }

  /** The exit code; everything that was said is there then. */
  public int exitCode(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("the child did not end in " + limit.toMillis() + " ms: " + err);
      }
      // The output may stay open: an orphaned PostgreSQL has inherited it.
      for (Thread reader : readers) {
        reader.join(1_000);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** As {@code kill -9}: no chance to clean up. */
  public void kill() {
    process.destroyForcibly();
    exitCode(Duration.ofSeconds(10));
  }

  /** As {@code kill}: asked to end. */
  public void terminate() {
    process.destroy();
  }

  @Override
  public void close() {
    kill();
  }
}
