package io.holdpoint.cluster;

import io.holdpoint.bus.ClusterStream;
import io.holdpoint.bus.TaskBus;
import io.holdpoint.store.MeetingPlace;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A JVM of somebody else that is a member of the cluster and says what it hears. */
final class MemberProcess implements AutoCloseable {
  private final Process process;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Thread reader;

  /**
   * Arguments: the database, the key store; and the position behind which it follows the stream of
   * account {@code default}, to say each position with the event's task and sequence. Without, it
   * says the sequence of each event that it is told of.
   */
  public static void main(String[] arguments) {
    ClusterMember member =
        ClusterMember.join(
            Vertx.builder(),
            new VertxOptions(),
            new ClusterKeyStore(Path.of(arguments[1])).config(0, 0),
            MeetingPlace.at(arguments[0]));
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    if (arguments.length > 2) {
      follow(member, Long.parseLong(arguments[2]), out);
    } else {
      hear(member, out);
    }
  }

  private static void follow(ClusterMember member, long after, PrintStream out) {
    new ClusterStream(member.vertx())
        .follow(
            "default",
            after,
            Duration.ofMillis(500),
            entry -> {
              out.println(
                  entry.position() + " " + entry.event().taskId() + " " + entry.event().sequence());
              return Future.succeededFuture();
            });
  }

  private static void hear(ClusterMember member, PrintStream out) {
    TaskBus bus = new TaskBus(member.vertx(), Duration.ofSeconds(2));
    bus.onEvent(event -> out.println(event.sequence()));
    bus.relay(member.id(), member::others, System::nanoTime, new SimpleMeterRegistry());
  }

  private MemberProcess(Process process) {
    this.process = process;
    reader = new Thread(this::read, "member");
    reader.setDaemon(true);
    reader.start();
  }

  /** Follows the stream behind a position. */
  static MemberProcess follower(String uri, ClusterKeyStore keys, long after) {
    return start(List.of(uri, keys.file().toString(), Long.toString(after)));
  }

  /** Hears of events by a relay, as a node does. */
  static MemberProcess listener(String uri, ClusterKeyStore keys) {
    return start(List.of(uri, keys.file().toString()));
  }

  private static MemberProcess start(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(MemberProcess.class.getName());
    command.addAll(arguments);
    try {
      return new MemberProcess(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start());
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

  /** What it has said. */
  List<String> lines() {
    return lines;
  }

  /** The position it said last; 0 when it said nothing. */
  long position() {
    return lines.isEmpty() ? 0 : Long.parseLong(lines.get(lines.size() - 1).split(" ")[0]);
  }

  long pid() {
    return process.pid();
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
