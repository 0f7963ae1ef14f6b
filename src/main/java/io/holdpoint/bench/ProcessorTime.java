package io.holdpoint.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Processor time since the machine or the processes began, in microseconds.
 *
 * @param service of the services that are measured
 * @param database of all processes of the server
 * @param machine of everything; negative where the system does not say
 * @param ours of all processes of this benchmark
 */
record ProcessorTime(long service, long database, long machine, long ours) {
  private static final Path STAT = Path.of("/proc/stat");

  /** The unit of {@code /proc/stat}: proc(5) has USER_HZ, 100 on every Linux of today. */
  private static final long MICROS_PER_TICK = 10_000;

  /** Of the first line: user, nice, system; then idle and iowait, irq, softirq, steal. */
  private static final int[] BUSY = {1, 2, 3, 6, 7, 8};

  /** cutime and cstime of proc(5), counted behind the name. */
  private static final int CHILDREN_USER = 13;

  private static final int CHILDREN_SYSTEM = 14;

  /**
   * @param measured the services' processes; none for the raw line
   * @param server the database's first process; empty when it runs elsewhere
   * @param ours all of this benchmark's, the measured ones among them; this process is added
   */
  static ProcessorTime now(
      List<ProcessHandle> measured, Optional<ProcessHandle> server, List<ProcessHandle> ours) {
    long database = server.map(ProcessorTime::family).orElse(0L);
    long all = ours.stream().mapToLong(ProcessorTime::micros).sum();
    return new ProcessorTime(
        measured.stream().mapToLong(ProcessorTime::micros).sum(),
        database,
        machineMicros(),
        database + all + micros(ProcessHandle.current()));
  }

  ProcessorTime since(ProcessorTime earlier) {
    return new ProcessorTime(
        service - earlier.service,
        database - earlier.database,
        machine < 0 ? -1 : machine - earlier.machine,
        ours - earlier.ours);
  }

  /** With those that have ended: the first process is told what they took. */
  private static long family(ProcessHandle first) {
    return micros(first)
        + ended(first.pid())
        + first.children().mapToLong(ProcessorTime::micros).sum();
  }

  private static long ended(long process) {
    try {
      String stat = Files.readString(Path.of("/proc/" + process + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return (Long.parseLong(fields[CHILDREN_USER]) + Long.parseLong(fields[CHILDREN_SYSTEM]))
          * MICROS_PER_TICK;
    } catch (IOException notLinux) {
      return 0;
    }
  }

  private static long micros(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1_000;
  }

  private static long machineMicros() {
    try (Stream<String> lines = Files.lines(STAT)) {
      String[] fields = lines.findFirst().orElseThrow().split(" +");
      long ticks = 0;
      for (int field : BUSY) {
        ticks += Long.parseLong(fields[field]);
      }
      return ticks * MICROS_PER_TICK;
    } catch (IOException notLinux) {
      return -1;
    }
  }
}
