package io.holdpoint.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is there already is not done again, whoever did it. */
@RunningService
class ByHandIT {
  @TempDir Path root;

  @Test
  void whatAHumanDidMeanwhileIsNotDoneAgain(ServiceFixture service, TestDatabase database) {
    try (Fleet fleet = Fleet.start(root, 2, service.operator()).register()) {
      Watch watch = new Watch(service, fleet);
      fleet.change(fleet.changeOf("settings"));
      watch.heldAfterFirstNode();
      FleetNode first = fleet.node(1);
      FleetNode second = fleet.node(2);
      String wanted = first.read("logstash.yml").replace("" + first.port(), "" + second.port());
      Watch.restart(second, () -> second.write("logstash.yml", wanted));
      assertThat(second.starts()).isEqualTo(2);

      watch.resume();

      watch.ended().is("succeeded");
      assertThat(second.starts()).isEqualTo(2);
      JsonObject step = watch.step("apply", "", "node-2");
      assertThat(step.getString("found")).isEqualTo("done-by-somebody-else");
      assertThat(watch.reasons()).contains("done by somebody else");
      HistoryCheck.holds(database);
    }
  }

  @Test
  void settingsThatAreThereAlreadyRestartNothing(ServiceFixture service, TestDatabase database) {
    try (Fleet fleet = Fleet.start(root, 2, service.operator()).register()) {
      Watch watch = new Watch(service, fleet);
      List<Map<String, String>> before = Watch.states(fleet);
      fleet.change(
          new JsonObject()
              .put("kind", "settings")
              .put(
                  "values",
                  new JsonObject()
                      .put("config.reload.automatic", true)
                      .put("config.reload.interval", "30ms"))
              .put("files", new JsonObject().put("jvm.options", "-Xms1g\n-Xmx1g\n")));

      watch.ended().is("succeeded");

      assertThat(fleet.nodes()).allMatch(node -> node.starts() == 1);
      assertThat(Watch.states(fleet)).isEqualTo(before);
      assertThat(watch.reasons()).contains("nothing to change");
      HistoryCheck.holds(database);
    }
  }
}
