package io.holdpoint.testkit;

import io.holdpoint.bench.FreePort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A whole service in a process of its own, to be killed and started again at the same place. */
public final class ChildService implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(30);

  private final Place place;
  private final Map<String, String> environment;
  private final ApiClient api;
  private final ApiClient management;
  private Path jar;
  private ChildProcess child;

  /**
   * Where a service runs and is called.
   *
   * @param before words before {@code java}, as to run it in another network
   */
  public record Place(List<String> before, Endpoint api, int managementPort) {

    /** Free ports of this machine alone. */
    static Place loopback() {
      return new Place(List.of(), Endpoint.loopback(FreePort.find()), FreePort.find());
    }

    private Map<String, String> environment() {
      return Map.of(
          "HOLDPOINT_HTTP_HOST", api.host(),
          "HOLDPOINT_HTTP_PORT", Integer.toString(api.port()),
          "HOLDPOINT_MANAGEMENT_HOST", api.host(),
          "HOLDPOINT_MANAGEMENT_PORT", Integer.toString(managementPort));
    }
  }

  private ChildService(Place place, Path jar, Map<String, String> environment) {
    this.place = place;
    this.environment = environment;
    this.jar = jar;
    api = new ApiClient(place.api());
    management = new ApiClient(new Endpoint(place.api().host(), place.managementPort(), null));
    child = launch();
  }

  private ChildProcess launch() {
    return isPackaged()
        ? ChildProcess.launch(place.before(), environment)
        : ChildProcess.launch(place.before(), jar, environment);
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
    return start(Place.loopback(), jar, environment);
  }

  /** The same at a place of the caller's choice. */
  public static ChildService start(Place place, Path jar, Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(ServiceFixture.QUICK);
    all.putAll(place.environment());
    all.putAll(environment);
    ChildService service = new ChildService(place, jar, all);
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
    return place.api().port();
  }

  /** Where it runs. */
  public Place place() {
    return place;
  }

  /** Whether it runs the jar that the build packaged. */
  public boolean isPackaged() {
    return jar.equals(ChildProcess.jar());
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
