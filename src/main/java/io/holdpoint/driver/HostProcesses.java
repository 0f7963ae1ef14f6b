package io.holdpoint.driver;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Begins and signals processes of this host; blocking. */
final class HostProcesses {
  private static final List<Path> SETSID =
      List.of(Path.of("/usr/bin/setsid"), Path.of("/bin/setsid"));

  private final Map<String, String> inherited;

  /**
   * @param environment of this process; of it only what every program needs is handed on
   */
  HostProcesses(Map<String, String> environment) {
    inherited = Map.copyOf(environment);
  }

  /**
   * Runs the script in a session of its own, so that neither Ctrl-C nor the end of this process
   * reaches it. Returns when it has claimed its work or found it taken: that is when it lets go of
   * its standard output.
   *
   * @throws NodeException when it could not even claim
   */
  void detach(
      DetachedScript script, Path directory, List<String> program, Map<String, String> environment)
      throws IOException {
    List<String> command = new ArrayList<>();
    SETSID.stream()
        .filter(Files::isExecutable)
        .findFirst()
        .ifPresent(s -> command.add(s.toString()));
    command.addAll(script.command(directory.toString(), program));
    Process process = start(command, environment);
    try (InputStream held = process.getInputStream()) {
      held.transferTo(OutputStream.nullOutputStream());
    }
    if (!Files.exists(directory.resolve(script.claim()))) {
      throw new NodeException(
          NodeException.Kind.REFUSED, "nothing can be begun in " + directory + "; is it writable?");
    }
  }

  /** Sends HUP or KILL; none there is fine. */
  void signal(long pid, NodeSignal signal) throws IOException {
    List<String> command =
        List.of(
            "/bin/sh",
            "-c",
            "kill -s \"$1\" \"$2\"",
            "holdpoint",
            signal.name(),
            Long.toString(pid));
    Process kill = start(command, Map.of());
    try (InputStream out = kill.getInputStream()) {
      out.transferTo(OutputStream.nullOutputStream());
      kill.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
    if (kill.exitValue() != 0 && ProcessMark.living(pid).isPresent()) {
      throw new NodeException(
          NodeException.Kind.REFUSED, "process " + pid + " of another user cannot be signalled");
    }
  }

  /** Asks a process to end, as SIGTERM does. */
  static void terminate(ProcessMark process) {
    ProcessHandle.of(process.pid())
        .ifPresent(
            handle -> {
              if (!handle.supportsNormalTermination()) {
                throw new NodeException(
                    NodeException.Kind.REFUSED, "this host cannot ask a process to end");
              }
              if (!handle.destroy() && handle.isAlive()) {
                throw new NodeException(
                    NodeException.Kind.REFUSED,
                    "process " + process.pid() + " of another user cannot be asked to end");
              }
            });
  }

  private Process start(List<String> command, Map<String, String> environment) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    inherited.forEach(
        (name, value) -> {
          if (handedOn(name)) {
            builder.environment().put(name, value);
          }
        });
    builder.environment().putAll(environment);
    return builder
        .directory(new File("/"))
        .redirectInput(new File("/dev/null"))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static boolean handedOn(String variable) {
    return variable.startsWith("LS_")
        || Stream.of("PATH", "HOME", "LANG", "JAVA_HOME").anyMatch(variable::equals);
  }
}
