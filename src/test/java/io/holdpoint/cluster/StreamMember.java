package io.holdpoint.cluster;

import io.holdpoint.bus.ClusterStream;
import io.holdpoint.store.MeetingPlace;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A JVM of somebody else that follows the stream of account {@code default} as a member of the
 * cluster, and says each position with the event's task and sequence.
 */
final class StreamMember implements AutoCloseable {
  private final Process process;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Thread reader;

  /** Arguments: the database, the key store, the position to go on behind. */
  public static void main(String[] arguments) {
    Vertx vertx =
        ClusterMember.join(
                Vertx.builder(),
                new VertxOptions(),
                new ClusterKeyStore(Path.of(arguments[1])).config(0, 0),
                MeetingPlace.at(arguments[0]))
            .vertx();
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    new ClusterStream(vertx)
        .follow(
            "default",
            Long.parseLong(arguments[2]),
            Duration.ofMillis(500),
            entry -> {
              out.println(
                  entry.position() + " " + entry.event().taskId() + " " + entry.event().sequence());
              return Future.succeededFuture();
            });
  }

  private StreamMember(Process process) {
    this.process = process;
    reader = new Thread(this::read, "stream-member");
    reader.setDaemon(true);
    reader.start();
  }

  static StreamMember start(String uri, ClusterKeyStore keys, long after) {
    try {
      return new StreamMember(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  StreamMember.class.getName(),
                  uri,
                  keys.file().toString(),
                  Long.toString(after))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
      }
    } catch (IOException killed) {
      // The pipe breaks with the process.
    }
  }

  /** What it has said: a position, a task and a sequence each. */
  List<String> lines() {
    return lines;
  }

  /** The position it said last; 0 when it said nothing. */
  long position() {
    return lines.isEmpty() ? 0 : Long.parseLong(lines.get(lines.size() - 1).split(" ")[0]);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** As {@code kill -9}; what it had said is there then. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
      reader.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
