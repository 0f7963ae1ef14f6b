package io.holdpoint.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL processes that outlived the Holdpoint which started them (a killed process takes no
 * children along). They are told by their executable: it lies in this data directory's private
 * binaries, so whoever holds the directory's lock owns them. {@code initdb} is found the same way.
 */
final class Leftovers {

  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

  /** A fast shutdown writes a checkpoint; an immediate one leaves recovery to the next start. */
  private static final Duration FAST_LIMIT = Duration.ofSeconds(20);

  private static final Duration IMMEDIATE_LIMIT = Duration.ofSeconds(5);

  private static final Duration PAUSE = Duration.ofMillis(50);

  private Leftovers() {}

  /** Returns when no such process is left; the data is then closed or fit for recovery. */
  static void stop(DataDirectory directory) throws IOException {
    if (!gone(directory, FAST_LIMIT)) {
      running(directory).forEach(process -> signal("QUIT", process));
      if (!gone(directory, IMMEDIATE_LIMIT)) {
        throw new StartException(
            "data directory "
                + directory.root()
                + " is still used by PostgreSQL process "
                + running(directory).stream().map(ProcessHandle::pid).toList()
                + "; stop it, or set HOLDPOINT_DATA_DIR to another directory");
      }
    }
    // A number in a stale file may by now belong to anybody, and PostgreSQL would not start then.
    Files.deleteIfExists(directory.postgres().resolve("postmaster.pid"));
  }

  /** The live postmaster of {@code data}, if it runs from our binaries. */
  static Optional<ProcessHandle> postmaster(DataDirectory directory, Path data) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(data.resolve("postmaster.pid"));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    String pid = lines.isEmpty() ? "" : lines.get(0).strip();
    return running(directory).stream()
        .filter(process -> Long.toString(process.pid()).equals(pid))
        .findFirst();
  }

  private static List<ProcessHandle> running(DataDirectory directory) {
    return ProcessHandle.allProcesses()
        .filter(
            process ->
                process
                    .info()
                    .command()
                    .filter(command -> Path.of(command).startsWith(directory.binaries()))
                    .isPresent())
        .toList();
  }

  /** Asks each postmaster once, also one that only now writes its file; children follow it. */
  private static boolean gone(DataDirectory directory, Duration limit) throws IOException {
    Set<Long> asked = new HashSet<>();
    List<ProcessHandle> left = running(directory);
    for (long pauses = limit.dividedBy(PAUSE); !left.isEmpty() && pauses > 0; pauses--) {
      for (Path data : List.of(directory.postgres(), directory.unfinished())) {
        Optional<ProcessHandle> postmaster = postmaster(directory, data);
        if (postmaster.isPresent() && asked.add(postmaster.get().pid())) {
          signal("INT", postmaster.get());
        }
      }
      if (!pause(left.get(0))) {
        return false;
      }
      left = running(directory);
    }
    return left.isEmpty();
  }

  /** Waits a moment or until the process ends; false when interrupted. */
  private static boolean pause(ProcessHandle process) {
    try {
      process.onExit().get(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** By the shell's own {@code kill}: small images have no program of that name. */
  private static void signal(String name, ProcessHandle process) {
    try {
      new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
      LOG.atInfo()
          .addKeyValue("pid", process.pid())
          .addKeyValue("signal", name)
          .log("stopped an embedded PostgreSQL that was left running");
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("pid", process.pid()).setCause(e).log("signal not sent");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
