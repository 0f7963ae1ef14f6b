package io.holdpoint.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.EventKind;
import io.holdpoint.testkit.ApiClient;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.FaultProxy;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.InSoak;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A worker whose link to the database falls silent without being closed. */
@ExtendWith(DatabaseExtension.class)
class BlindWorkerIT {
  private static final Duration LEASE = Duration.ofSeconds(3);
  private static final Duration HEALED = Duration.ofSeconds(15);
  private static final Map<String, String> SLOW_NODES =
      Map.of(
          "HOLDPOINT_WORKER_LEASE",
          LEASE.toMillis() + "ms",
          "HOLDPOINT_WORKER_HEARTBEAT",
          "1s",
          "HOLDPOINT_SIMULATED_STOP",
          "10m");

  @AfterEach
  void historyHolds(TestDatabase database) {
    HistoryCheck.holds(database);
  }

  @Test
  void blindWorkerStopsBeforeItsLeaseRunsOutAndAnotherFinishes(TestDatabase database) {
    try (FaultProxy proxy = new FaultProxy(database.port());
        ServiceFixture blind =
            ServiceFixture.start(database.runtimeUriAt(proxy.port()), SLOW_NODES)) {
      String instance = blind.createInstance(2);
      blind.restart(instance);
      blind.await(e -> e.kind() == EventKind.STEP_BEGUN && "node-1".equals(e.nodeId()));
      Await.until(
          LEASE,
          "the node was asked to stop",
          () ->
              database.count(
                      "SELECT count(*) FROM steps WHERE checkpoint LIKE '%stopSent%'"
                          + " AND lease_until > clock_timestamp()")
                  > 0);

      proxy.blackHole();

      Await.until(LEASE, "the worker lets go of its step", () -> inFlight(blind).equals("0.0"));
      assertThat(database.count("SELECT count(*) FROM steps WHERE lease_until > clock_timestamp()"))
          .as("leases that still live when the worker has stopped")
          .isOne();
      try (ServiceFixture other = ServiceFixture.start(database.runtimeUri(), Map.of())) {
        other.await(instance, EventKind.SUCCEEDED);
      }
      assertThat(database.count("SELECT sum(failures) FROM steps")).isZero();
      proxy.cut();
      proxy.pass();
    }
  }

  @InSoak
  @Test
  void workerWhoseConnectionsWereForgottenGoesOnByItself(TestDatabase database) {
    try (FaultProxy proxy = new FaultProxy(database.port());
        ServiceFixture service =
            ServiceFixture.start(database.runtimeUriAt(proxy.port()), Map.of())) {
      String instance = service.createInstance(60);
      service.restart(instance);
      service.await(instance, EventKind.STEP_BEGUN);
      proxy.blackHole();
      Await.until(LEASE, "statements are under way", () -> proxy.held() >= 2);

      proxy.forget();

      Await.until(
          HEALED,
          "the task goes on and finishes",
          () ->
              database.count(
                      "SELECT count(*) FROM tasks WHERE state = 'succeeded' AND instance_id = '"
                          + instance
                          + "'")
                  == 1);
      Await.until(
          HEALED,
          "reads are answered again",
          () -> service.api().get("/openapi/logstashes/" + instance).status() == 200);
      assertThat(database.count("SELECT sum(failures) FROM steps")).isZero();
    }
  }

  private static String inFlight(ServiceFixture service) {
    return new ApiClient(service.service().managementPort())
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("holdpoint_steps_in_flight"))
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .findFirst()
        .orElse("");
  }
}
