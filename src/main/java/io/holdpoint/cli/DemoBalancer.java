package io.holdpoint.cli;

import io.holdpoint.bench.FreePort;
import io.holdpoint.bench.JavaProcess;
import io.holdpoint.store.StartException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An HAProxy of this host in front of the demo's nodes, with the rules that Compose gives it. */
final class DemoBalancer implements AutoCloseable {
  private static final String TEMPLATE = "conf/haproxy.cfg";
  private static final Duration LONGEST_START = Duration.ofSeconds(10);
  private static final long LOOK_MILLIS = 20;
  private static final int OK = 200;

  private final Process process;
  private final int port;
  private final Path log;

  /**
   * A node as the balancer sees it.
   *
   * @param managementPort where its readiness is asked for
   */
  record Target(String name, String host, int port, int managementPort) {}

  private DemoBalancer(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  /** The program of that name on the path of this environment. */
  static Optional<Path> program(Map<String, String> environment) {
    return Stream.of(environment.getOrDefault("PATH", "").split(":"))
        .filter(entry -> entry.startsWith("/"))
        .map(entry -> Path.of(entry, "haproxy"))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  /**
   * Starts it and waits until it takes calls for a node that is ready.
   *
   * @param folder for its configuration and its log; by it its process is known
   */
  static DemoBalancer start(Path program, Path folder, int port, List<Target> targets) {
    try {
      int healthPort = FreePort.find();
      Path configuration = folder.resolve("haproxy.cfg");
      Files.writeString(configuration, configuration(template(), port, healthPort, targets));
      Path log = folder.resolve("haproxy.log");
      Process process =
          new ProcessBuilder(program.toString(), "-db", "-f", configuration.toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      DemoBalancer balancer = new DemoBalancer(process, port, log);
      balancer.awaitReady(DemoClient.of(healthPort));
      return balancer;
    } catch (IOException e) {
      throw new StartException("the demo could not start " + program + ": " + e);
    }
  }

  private static String template() {
    try (InputStream in = DemoBalancer.class.getClassLoader().getResourceAsStream(TEMPLATE)) {
      if (in == null) {
        throw new IllegalStateException(TEMPLATE + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The template with these addresses in place of its own; it listens on loopback. */
  static String configuration(String template, int port, int healthPort, List<Target> targets) {
    List<String> lines = new ArrayList<>();
    for (String line : template.lines().toList()) {
      String directive = line.strip();
      if (directive.equals("bind :8080")) {
        lines.add("    bind 127.0.0.1:" + port);
      } else if (directive.equals("bind :8404")) {
        lines.add("    bind 127.0.0.1:" + healthPort);
      } else if (!directive.startsWith("server ")) {
        lines.add(line);
      }
    }
    targets.forEach(
        target ->
            lines.add(
                "    server %s %s:%d check port %d"
                    .formatted(target.name, target.host, target.port, target.managementPort)));
    return lines.stream().collect(Collectors.joining("\n", "", "\n"));
  }

  private void awaitReady(DemoClient health) {
    long since = System.nanoTime();
    try {
      while (!isReady(health)) {
        boolean ended = process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (ended || System.nanoTime() - since > LONGEST_START.toNanos()) {
          process.destroyForcibly();
          throw new StartException("haproxy did not start: " + lastLine());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("the demo was interrupted");
    }
  }

  private static boolean isReady(DemoClient health) {
    try {
      return health.get("/ready").status() == OK;
    } catch (StartException notYet) {
      return false;
    }
  }

  private String lastLine() {
    try {
      List<String> said = Files.readAllLines(log);
      return said.isEmpty() ? "it said nothing" : said.get(said.size() - 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return DemoClient.base(port);
  }

  @Override
  public void close() {
    JavaProcess.stop(process);
  }
}
