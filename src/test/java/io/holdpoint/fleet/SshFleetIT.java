package io.holdpoint.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.EventKind;
import io.holdpoint.testkit.InSoak;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.SshHost;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same changes on units of other hosts, each reached through an SSH server of its own. */
@RunningService(SshFleetIT.SEALING_KEY)
class SshFleetIT {
  static final String SEALING_KEY =
      "HOLDPOINT_SECRET_KEY=key-1 q83vAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxw=";
  private static final Map<String, String> RELOADING = Map.of("config.reload.automatic", "true");

  @TempDir Path root;
  private final List<SshHost> hosts = new ArrayList<>();

  @AfterEach
  void close() {
    hosts.forEach(SshHost::powerFailure);
    hosts.forEach(SshHost::close);
  }

  @ParameterizedTest
  @ValueSource(strings = "restart")
  void interruptedAtEveryBoundaryItEndsAsIfUndisturbed(
      String kind, ServiceFixture service, TestDatabase database) {
    try (Fleet fleet = fleet(service)) {
      Disturbance disturbance = new Disturbance(service, fleet);
      fleet.change(fleet.changeOf(kind));

      disturbance.atEveryBoundary();

      assertThat(disturbance.interrupts()).isGreaterThan(3);
      ChangeLifeIT.assertEndedAsIfUndisturbed(kind, fleet, database);
    }
  }

  @InSoak
  @Test
  void linkThatIsCutInMidCommandInterruptsNothing(ServiceFixture service, TestDatabase database) {
    try (Fleet fleet = fleet(service)) {
      fleet.nodes().forEach(node -> node.pluginMillis(600));
      fleet.change(fleet.changeOf("plugins"));
      WorkerFaultIT.awaitStep(fleet, database, "settling IS NOT NULL");

      hosts.forEach(SshHost::dropConnections);

      service.await(fleet.instanceId(), EventKind.SUCCEEDED);
      ChangeLifeIT.assertEndedAsIfUndisturbed("plugins", fleet, database);
    }
  }

  private Fleet fleet(ServiceFixture service) {
    Fleet fleet =
        Fleet.start(root, 2, service.operator(), RELOADING, Map.of(), node -> launch(node));
    Map<String, String> login = hosts.get(0).credential().members();
    assertThat(
            service.api().send("PUT", "/v1/credentials/hosts", JsonObject.mapFrom(login)).status())
        .isEqualTo(200);
    JsonArray entries = new JsonArray();
    for (int i = 0; i < hosts.size(); i++) {
      JsonObject entry = fleet.nodes().get(i).entry("ssh", "127.0.0.1");
      hosts.get(i).settings().forEach(entry.getJsonObject("settings")::put);
      entries.add(entry.put("credential", "hosts"));
    }
    return fleet.register(entries);
  }

  private void launch(FleetNode node) {
    try {
      SshHost host = SshHost.start(Files.createDirectories(root.resolve("host-" + node.id())));
      host.unit(node.command());
      host.startUnit();
      hosts.add(host);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
