package io.holdpoint.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.InterruptMode;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hundreds of interrupts at random moments over all kinds of change on stand-in nodes; says how
 * long each mode took from the request to quiet.
 */
@RunningService
class FleetInterruptSoak {
  private static final long SEED = Long.getLong("holdpoint.soak.seed", System.nanoTime());
  private static final int ROUNDS =
      (int) Math.ceil(6 * Double.parseDouble(System.getProperty("holdpoint.soak.factor", "1")));
  private static final int MOMENTS = 12;
  private static final int LONGEST_WAIT_MILLIS = 600;

  @TempDir Path root;

  @Test
  void disturbedChangesEndAsUndisturbedOnes(
      ServiceFixture service, TestDatabase database, TestReporter reporter) {
    Random random = new Random(SEED);
    Map<InterruptMode, List<Long>> quiet = new EnumMap<>(InterruptMode.class);
    int interrupts = 0;
    for (int round = 0; round < ROUNDS; round++) {
      for (String kind : List.of("restart", "settings", "pipelines", "plugins", "version")) {
        Path folder = root.resolve(kind + round);
        try (Fleet fleet = Fleet.start(folder, 3, service.operator()).register()) {
          Disturbance disturbance = new Disturbance(service, fleet);
          fleet.change(fleet.changeOf(kind));
          disturbance.atRandomMoments(random, MOMENTS, LONGEST_WAIT_MILLIS);
          ChangeLifeIT.assertEndedAsIfUndisturbed(kind, fleet, database);
          interrupts += disturbance.interrupts();
          disturbance
              .quietMillis()
              .forEach(
                  (mode, all) -> quiet.computeIfAbsent(mode, m -> new ArrayList<>()).addAll(all));
        }
      }
    }
    reporter.publishEntry("seed", Long.toString(SEED));
    reporter.publishEntry("interrupts", Integer.toString(interrupts));
    quiet.forEach((mode, all) -> reporter.publishEntry("quiet " + mode.text(), figures(all)));
    assertThat(interrupts).isGreaterThan(ROUNDS * 20);
  }

  private static String figures(List<Long> millis) {
    List<Long> sorted = millis.stream().sorted().toList();
    return "of %d: median %d ms, p95 %d ms, longest %d ms"
        .formatted(
            sorted.size(),
            sorted.get(sorted.size() / 2),
            sorted.get(sorted.size() * 95 / 100),
            sorted.get(sorted.size() - 1));
  }
}
