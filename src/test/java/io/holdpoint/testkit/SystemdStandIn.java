package io.holdpoint.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A systemd as far as Holdpoint uses it: {@code systemctl}, {@code systemd-run} and {@code sudo} as
 * shell scripts that keep their units in a folder and really launch processes. Known differences:
 * no restart by itself, no dependencies, a stop time-out is only shown.
 */
final class SystemdStandIn {
  private static final String RUNNER =
      """
      #!/bin/sh
      # The service manager's part for one process: waits for it and keeps its exit code.
      dir=$1
      shift
      echo "$$" >"$dir/session"
      "$@" </dev/null >>"$dir/journal" 2>&1 &
      pid=$!
      echo "$pid" >"$dir/pid.new"
      mv "$dir/pid.new" "$dir/pid"
      wait "$pid"
      echo "$?" >"$dir/status.new"
      mv "$dir/status.new" "$dir/status"
      """;

  private static final String SYSTEMCTL =
      """
      #!/bin/sh
      verb=$1
      shift
      signal=TERM
      for word in "$@"; do
        case $word in
          -p | --no-block | --kill-who=main) ;;
          --signal=SIG*) signal=${word#--signal=SIG} ;;
          -*) echo "systemctl: unrecognized option '$word'" >&2; exit 1 ;;
          *,*) properties=$word ;;
          *) unit=${word%.service} ;;
        esac
      done
      dir=@STATE@/$unit
      alive() {
        [ -f "$dir/pid" ] && [ ! -f "$dir/status" ] && kill -0 "$(cat "$dir/pid")" 2>/dev/null
      }
      look() {
        load=not-found active=inactive sub=dead pid=0 job=0 code=0
        [ -f "$dir/exec" ] || [ -f "$dir/transient" ] || return
        load=loaded
        if alive; then
          pid=$(cat "$dir/pid") active=active sub=running
          [ ! -f "$dir/stopping" ] || { active=deactivating; sub=stop-sigterm; }
        elif [ -f "$dir/status" ]; then
          code=$(cat "$dir/status")
          if [ "$code" -ne 0 ] && [ ! -f "$dir/stopping" ]; then
            active=failed sub=failed
          elif [ -f "$dir/transient" ]; then
            active=active sub=exited
          fi
        elif [ -f "$dir/transient" ] || [ -d "$dir/starting" ]; then
          job=1
        fi
      }
      case $verb in
        show)
          look
          timeout=$(cat "$dir/timeout" 2>/dev/null || echo 1min 30s)
          for property in $(echo "$properties" | tr , ' '); do
            case $property in
              LoadState) echo "LoadState=$load" ;;
              ActiveState) echo "ActiveState=$active" ;;
              SubState) echo "SubState=$sub" ;;
              Job) [ "$job" = 0 ] || echo "Job=$job" ;;
              MainPID) echo "MainPID=$pid" ;;
              NRestarts) echo "NRestarts=0" ;;
              ExecMainStatus) echo "ExecMainStatus=$code" ;;
              TimeoutStopUSec) echo "TimeoutStopUSec=$timeout" ;;
            esac
          done ;;
        start)
          if [ ! -f "$dir/exec" ]; then
            echo "Failed to start $unit.service: Unit $unit.service not found." >&2
            exit 5
          fi
          mkdir "$dir/starting" 2>/dev/null || exit 0
          if ! alive; then
            rm -f "$dir/pid" "$dir/status" "$dir/stopping"
            setsid @BIN@/unit-runner "$dir" /bin/sh "$dir/exec" </dev/null >/dev/null 2>&1 &
            while [ ! -f "$dir/pid" ]; do sleep 0.01; done
          fi
          rmdir "$dir/starting" ;;
        stop)
          if alive; then
            : >"$dir/stopping"
            kill -s TERM "$(cat "$dir/pid")"
          fi ;;
        kill)
          alive || { echo "Failed to kill unit $unit.service: No main process to kill" >&2; exit 1; }
          kill -s "$signal" "$(cat "$dir/pid")" ;;
        *) echo "Unknown command verb $verb." >&2; exit 1 ;;
      esac
      """;

  private static final String SYSTEMD_RUN =
      """
      #!/bin/sh
      while [ "$#" -gt 0 ]; do
        case $1 in
          --unit=*) unit=${1#--unit=} ;;
          --no-block | --property=*) ;;
          --) shift; break ;;
          *) echo "systemd-run: unrecognized option '$1'" >&2; exit 1 ;;
        esac
        shift
      done
      dir=@STATE@/$unit
      if ! mkdir "$dir" 2>/dev/null; then
        echo "Failed to start transient service unit: Unit $unit.service was already loaded." >&2
        exit 1
      fi
      : >"$dir/transient"
      left=$#
      while [ "$left" -gt 0 ]; do
        word=$(printf '%sx' "$1" | sed 's/\\$\\$/$/g')
        shift
        set -- "$@" "${word%x}"
        left=$((left - 1))
      done
      setsid @BIN@/unit-runner "$dir" "$@" </dev/null >/dev/null 2>&1 &
      """;

  private static final String SUDO =
      """
      #!/bin/sh
      [ "$1" = -n ] || { echo "sudo: a terminal is required" >&2; exit 1; }
      shift
      exec "$@"
      """;

  private final Path bin;
  private final Path state;

  SystemdStandIn(Path root) {
    bin = root.resolve("bin");
    state = root.resolve("units");
    try {
      Files.createDirectories(bin);
      Files.createDirectories(state);
      write("unit-runner", RUNNER);
      write("systemctl", SYSTEMCTL);
      write("systemd-run", SYSTEMD_RUN);
      write("sudo", SUDO);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a shell needs to find these before the host's own. */
  String path() {
    return bin + ":/usr/local/bin:/usr/bin:/bin";
  }

  void define(String unit, List<String> commandLine) {
    write(
        unit,
        "exec",
        "exec "
            + commandLine.stream()
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "))
            + "\n");
    write(unit, "timeout", "infinity\n");
  }

  void write(String unit, String file, String text) {
    try {
      Files.createDirectories(state.resolve(unit));
      Files.writeString(state.resolve(unit).resolve(file), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every process gone at once and every transient unit forgotten, as after a power failure. */
  void powerFailure() {
    for (Path unit : units()) {
      kill(unit);
      List<String> kept = List.of("exec", "timeout");
      for (Path file : entries(unit)) {
        if (!kept.contains(file.getFileName().toString())) {
          delete(file);
        }
      }
      if (entries(unit).isEmpty()) {
        delete(unit);
      }
    }
  }

  void killAll() {
    units().forEach(SystemdStandIn::kill);
  }

  private List<Path> units() {
    return entries(state);
  }

  private static List<Path> entries(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void kill(Path unit) {
    try {
      Path session = unit.resolve("session");
      if (Files.exists(session)) {
        ProcessHandle.of(Long.parseLong(Files.readString(session).strip()))
            .ifPresent(
                leader -> {
                  List<ProcessHandle> all = leader.descendants().toList();
                  leader.destroyForcibly();
                  all.forEach(ProcessHandle::destroyForcibly);
                });
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String name, String script) throws IOException {
    Path file = bin.resolve(name);
    Files.writeString(
        file, script.replace("@STATE@", state.toString()).replace("@BIN@", bin.toString()));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
