package io.holdpoint.driver;

import io.holdpoint.task.NodeLayout;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The process and the commands of one node on this host, known by what they wrote into the work
 * directory; blocking.
 */
final class HostNode {
  /** File locks exclude other processes, not other threads. */
  private static final ReentrantLock STARTING = new ReentrantLock();

  private static final int SHOWN = 200;

  private final NodeLayout layout;
  private final ProcessSettings settings;
  private final HostProcesses processes;
  private final Path work;
  private final Path record;

  HostNode(ProcessSettings settings, HostProcesses processes) {
    this.settings = settings;
    this.processes = processes;
    layout = settings.layout();
    work = Path.of(layout.workDirectory());
    record = work.resolve(DetachedScript.NODE.claim());
  }

  /** The process as it recorded itself, or as it was adopted; empty when it is gone. */
  Optional<ProcessMark> process() throws IOException {
    return recorded(record).filter(ProcessMark::alive);
  }

  /** What the process said last, for a process that is gone. */
  String lastLine() throws IOException {
    List<String> lines =
        HostFiles.tail(work.resolve("node.out")).lines().filter(line -> !line.isBlank()).toList();
    if (lines.isEmpty()) {
      return "";
    }
    String line = Failures.line(lines.get(lines.size() - 1));
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN);
  }

  void start() throws IOException {
    whenGone(
        () ->
            processes.detach(DetachedScript.NODE, work, layout.command(), settings.environment()));
  }

  /** Records a process that somebody else started, unless there is a recorded one. */
  void adopt(ProcessMark found) throws IOException {
    whenGone(
        () -> {
          Path mine = work.resolve(record.getFileName() + ".adopted");
          Files.writeString(mine, found + "\n");
          try {
            Files.createLink(record, mine);
          } catch (FileAlreadyExistsException another) {
            // Somebody started one meanwhile; that one counts.
          } finally {
            Files.deleteIfExists(mine);
          }
        });
  }

  RunState run(NodeCommand command) throws IOException {
    Path directory = directory(command.id());
    HostFiles.createOwnerOnlyDirectory(directory);
    if (!Files.exists(directory.resolve(DetachedScript.RUN.claim()))) {
      processes.detach(DetachedScript.RUN, directory, command.arguments(), settings.environment());
    }
    return runState(command.id());
  }

  RunState runState(String id) throws IOException {
    Path directory = directory(id);
    Optional<ProcessMark> runner = recorded(directory.resolve(DetachedScript.RUN.claim()));
    if (runner.isEmpty()) {
      return RunState.ABSENT;
    }
    // Looked at before the exit code: who has ended by now has written it.
    boolean alive = runner.get().sessionAlive();
    String code = text(directory.resolve("rc")).strip();
    String output = HostFiles.tail(directory.resolve("out"));
    if (code.matches("\\d{1,3}")) {
      return new RunState(RunState.Phase.ENDED, Integer.parseInt(code), output);
    }
    return new RunState(alive ? RunState.Phase.RUNNING : RunState.Phase.LOST, 0, output);
  }

  private Path directory(String id) {
    return work.resolve("run").resolve(id);
  }

  /** What is done when a process is gone; its record is removed first, one caller at a time. */
  private void whenGone(Act act) throws IOException {
    HostFiles.createOwnerOnlyDirectory(work);
    STARTING.lock();
    try (FileChannel channel =
            FileChannel.open(
                work.resolve("node.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (process().isEmpty()) {
        Files.deleteIfExists(record);
        act.run();
      }
    } finally {
      STARTING.unlock();
    }
  }

  private static Optional<ProcessMark> recorded(Path file) throws IOException {
    return ProcessMark.parse(text(file));
  }

  private static String text(Path file) throws IOException {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (NoSuchFileException missing) {
      return "";
    }
  }

  /** Something that reads or writes files. */
  private interface Act {
    void run() throws IOException;
  }
}
