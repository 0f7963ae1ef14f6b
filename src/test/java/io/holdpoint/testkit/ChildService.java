package io.holdpoint.testkit;

import io.holdpoint.bench.FreePort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A whole service in a process of its own, to be killed and started again on the same ports. */
public final class ChildService implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(30);

  private final Map<String, String> environment;
  private final int port;
  private final ApiClient api;
  private final ApiClient management;
  private Path jar;
  private ChildProcess child;

  private ChildService(Path jar, Map<String, String> environment, int port, int managementPort) {
    this.environment = environment;
    this.port = port;
    this.jar = jar;
    api = new ApiClient(port);
    management = new ApiClient(managementPort);
    child = launch();
  }

  private ChildProcess launch() {
    return jar.equals(ChildProcess.jar())
        ? ChildProcess.launch(environment)
        : ChildProcess.launch(List.of(), jar, environment);
  }

  /** Starts a service on a database, with quick polls and nodes that restart in milliseconds. */
  public static ChildService start(TestDatabase database, Map<String, String> environment) {
    Map<String, String> all = new HashMap<>();
    all.put("HOLDPOINT_POSTGRES_URI", database.runtimeUri());
    all.putAll(environment);
    return start(all);
  }

  /** Starts a service and waits until it is ready; without a URI on an embedded database. */
  public static ChildService start(Map<String, String> environment) {
    return start(ChildProcess.jar(), environment);
  }

  /** The same of another jar than the packaged one. */
  public static ChildService start(Path jar, Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(ServiceFixture.QUICK);
    int port = FreePort.find();
    int managementPort = FreePort.find();
    all.put("HOLDPOINT_HTTP_PORT", Integer.toString(port));
    all.put("HOLDPOINT_MANAGEMENT_PORT", Integer.toString(managementPort));
    all.putAll(environment);
    ChildService service = new ChildService(jar, all, port, managementPort);
    service.awaitReady();
    return service;
  }

  private void awaitReady() {
    try {
      Await.until(
          READY,
          "a ready service",
          () -> {
            if (!child.process().isAlive()) {
              throw new AssertionError("the child ended: " + child.errorLines() + child.log());
            }
            return ready();
          });
    } catch (AssertionError failure) {
      child.close();
      throw failure;
    }
  }

  /** Whether it answers that it is ready. */
  public boolean ready() {
    try {
      return management.get("/health/ready").status() == 200;
    } catch (IllegalStateException notListening) {
      return false;
    }
  }

  /** The same command, environment and ports again, after a kill. */
  public void startAgain() {
    child = launch();
    awaitReady();
  }

  /** Stops it as an operator does and starts the packaged jar in its place. */
  public void upgrade() {
    child.terminate();
    child.exitCode(READY);
    jar = ChildProcess.jar();
    startAgain();
  }

  public void kill() {
    child.kill();
  }

  public ChildProcess child() {
    return child;
  }

  public int port() {
    return port;
  }

  public ApiClient api() {
    return api;
  }

  public ApiClient management() {
    return management;
  }

  /** The environment it was started with. */
  public Map<String, String> environment() {
    return environment;
  }

  @Override
  public void close() {
    child.close();
  }
}
