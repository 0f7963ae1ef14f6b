package io.holdpoint.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * Another process for {@link EmbeddedServerIT}: takes a directory, says so, waits to be killed;
 * closing kills it without a chance to clean up.
 */
record EmbeddedServerChild(Process process, String said) implements AutoCloseable {

  private static final String READY = "READY ";

  /** Arguments: {@code lock} or {@code start}, then the directory. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path directory = Path.of(arguments[1]);
    String said =
        arguments[0].equals("lock")
            ? DataDirectory.open(directory).root().toString()
            : EmbeddedServer.start(directory).runtimeUri();
    try (PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8)) {
      out.println(READY + said);
      new CountDownLatch(1).await();
    }
  }

  static Process launch(String act, Path directory) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            EmbeddedServerChild.class.getName(),
            act,
            directory.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Returns once the child holds the directory. */
  static EmbeddedServerChild run(String act, Path directory) throws IOException {
    Process process = launch(act, directory);
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      while (line != null && !line.startsWith(READY)) {
        line = out.readLine();
      }
      assertTrue(line != null, "the child ended");
      return new EmbeddedServerChild(process, line.substring(READY.length()));
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
