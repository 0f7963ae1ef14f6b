package io.holdpoint.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.EventKind;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a human answers to a held task, and what the engine then does, once. */
@RunningService("HOLDPOINT_WORKER_STOP_TIME_LIMIT=2s")
class DecisionIT {
  private static final String BLOCKED = FleetNode.GOOD.replace("null", "blocked");

  @TempDir Path root;

  private Watch stuck(Fleet fleet, ServiceFixture service) {
    Watch watch = new Watch(service, fleet);
    Watch.edit(fleet.node(1), BLOCKED);
    fleet.change(fleet.changeOf("restart"));
    watch.ended().isHeld("needs-human");
    return watch;
  }

  @Test
  void killEndsTheStuckProcessAndStartsItOnce(ServiceFixture service, TestDatabase database) {
    try (Fleet fleet = Fleet.start(root, 2, service.operator()).register()) {
      Watch watch = stuck(fleet, service);
      ProcessHandle stuck = Watch.processes(fleet.node(1)).get(0);

      watch.decided("kill");

      watch.ended().is("succeeded");
      assertThat(stuck.isAlive()).isFalse();
      assertThat(fleet.node(1).trace().toString()).doesNotContain("done");
      assertThat(fleet.node(1).starts()).isEqualTo(2);
      assertThat(fleet.node(2).starts()).isEqualTo(2);
      assertThat(watch.reasons()).contains("killed: a human decided so");
      HistoryCheck.holds(database);
    }
  }

  @Test
  void waitAsksTheProcessNoSecondTime(ServiceFixture service, TestDatabase database) {
    try (Fleet fleet = Fleet.start(root, 2, service.operator()).register()) {
      Watch watch = stuck(fleet, service);
      Watch.unblock(fleet.node(1));

      watch.decided("wait");

      watch.ended().is("succeeded");
      assertThat(Watch.stops(fleet.node(1))).isOne();
      assertThat(fleet.node(1).starts()).isEqualTo(2);
      HistoryCheck.holds(database);
    }
  }

  @Test
  void abandonWaitsUntilNothingIsInFlight(ServiceFixture service, TestDatabase database) {
    try (Fleet fleet = Fleet.start(root, 2, service.operator()).register()) {
      Watch watch = new Watch(service, fleet);
      Watch.edit(fleet.node(1), BLOCKED);
      fleet.change(fleet.changeOf("restart"));
      Await.until(
          Duration.ofSeconds(20), "the stop is sent", () -> Watch.stops(fleet.node(1)) == 1);
      watch.interrupt();

      assertThat(watch.decide("abandon").status()).isEqualTo(400);

      watch.quiet().is("suspended");
      watch.decided("abandon");
      watch.is("abandoned");
      assertThat(Watch.stops(fleet.node(2))).isZero();
      HistoryCheck.holds(database);
    }
  }

  @Test
  void driftIsAcceptedByAHumanOnly(ServiceFixture service, TestDatabase database) {
    try (Fleet fleet = Fleet.start(root, 2, service.operator()).register()) {
      Watch watch = new Watch(service, fleet);
      fleet.change(fleet.changeOf("settings"));
      watch.heldAfterFirstNode();
      String before = fleet.node(2).read("logstash.yml");
      fleet.node(2).write("logstash.yml", before + "# by hand\n");

      watch.resume();

      watch.ended().isHeld("drift");
      assertThat(watch.step("apply", "", "node-2").getString("error"))
          .containsPattern("node-2 has drifted: .*logstash.yml is [0-9a-f]{64}, expected ")
          .containsPattern("[0-9a-f]{64} \\(before\\) or [0-9a-f]{64} \\(after\\)");
      assertThat(watch.step("apply", "", "node-2").getString("found")).isEqualTo("drifted");
      assertThat(watch.decide("kill").status()).isEqualTo(400);
      assertThat(fleet.node(2).read("logstash.yml")).endsWith("# by hand\n");
      watch.decided("accept-drift");
      watch.ended().is("succeeded");
      ChangeLifeIT.assertChanged("settings", fleet.node(2).state());
      assertThat(fleet.node(2).read("logstash.yml")).doesNotContain("# by hand");
      HistoryCheck.holds(database);
    }
  }

  @Test
  void anotherNodeAtTheSameAddressIsNotChanged(ServiceFixture service, TestDatabase database) {
    try (Fleet fleet = Fleet.start(root, 2, service.operator()).register()) {
      Watch watch = new Watch(service, fleet);
      fleet.change(fleet.changeOf("settings"));
      watch.heldAfterFirstNode();
      FleetNode replaced = fleet.node(2);
      Watch.restart(replaced, () -> delete(replaced.data().resolve("uuid")));
      String before = replaced.read("logstash.yml");

      watch.resume();

      watch.ended().isHeld("drift");
      JsonObject step = watch.step("apply", "", "node-2");
      assertThat(step.getString("error")).contains("node-2 was replaced");
      assertThat(step.getString("found")).isEqualTo("replaced");
      assertThat(replaced.read("logstash.yml")).isEqualTo(before);
      watch.decided("abandon");
      assertThat(fleet.history().stream().map(event -> event.getString("kind")))
          .contains(EventKind.ABANDONED.text());
      HistoryCheck.holds(database);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
