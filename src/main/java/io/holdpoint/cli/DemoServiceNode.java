package io.holdpoint.cli;

import io.holdpoint.bench.JavaProcess;
import io.holdpoint.store.StartException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One node of the service in a process of its own: {@code serve}, as anybody starts it. */
final class DemoServiceNode implements AutoCloseable {
  private static final String MAIN = "io.holdpoint.Main";
  private static final Duration LONGEST_START = Duration.ofSeconds(60);
  private static final long LOOK_MILLIS = 50;
  private static final int OK = 200;

  private final int number;
  private final int port;
  private final DemoClient management;
  private final Process process;

  /**
   * Starts it and does not wait.
   *
   * @param folder what it unpacks goes there, and by it its process is known
   * @param arguments behind {@code serve}
   * @param environment all of its HOLDPOINT_ variables but the ports
   */
  DemoServiceNode(
      int number,
      int port,
      int managementPort,
      Path folder,
      List<String> arguments,
      Map<String, String> environment) {
    this.number = number;
    this.port = port;
    management = DemoClient.of(managementPort);
    List<String> words = new ArrayList<>(List.of("serve"));
    words.addAll(arguments);
    ProcessBuilder builder = JavaProcess.of(options(folder), MAIN, words.toArray(String[]::new));
    builder.environment().keySet().removeIf(name -> name.startsWith("HOLDPOINT_"));
    builder.environment().putAll(environment);
    builder.environment().put("HOLDPOINT_HTTP_PORT", Integer.toString(port));
    builder.environment().put("HOLDPOINT_MANAGEMENT_PORT", Integer.toString(managementPort));
    process = JavaProcess.start(builder.redirectOutput(ProcessBuilder.Redirect.DISCARD));
  }

  /** Those of this JVM that say how one runs, such as its memory or its class archive. */
  private static List<String> options(Path folder) {
    List<String> options = new ArrayList<>();
    for (String own : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (own.startsWith("-X")) {
        options.add(own);
      }
    }
    options.add("-Djava.io.tmpdir=" + folder + "/");
    return options;
  }

  /**
   * @throws StartException when it ends instead, or takes too long
   */
  void awaitReady() {
    long since = System.nanoTime();
    try {
      while (!ready()) {
        boolean ended = process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (ended || System.nanoTime() - since > LONGEST_START.toNanos()) {
          throw new StartException("node " + number + " did not get ready; see its lines above");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("the demo was interrupted");
    }
  }

  private boolean ready() {
    try {
      return management.get("/health/ready").status() == OK;
    } catch (StartException notYet) {
      return false;
    }
  }

  String url() {
    return DemoClient.base(port);
  }

  int port() {
    return port;
  }

  String managementUrl() {
    return management.base();
  }

  long pid() {
    return process.pid();
  }

  CompletableFuture<Process> onExit() {
    return process.onExit();
  }

  /** Asks it to end, and does not wait. */
  void terminate() {
    process.destroy();
  }

  /** Ends it as SIGTERM does: drained, its leases handed back. */
  @Override
  public void close() {
    JavaProcess.stop(process);
  }
}
