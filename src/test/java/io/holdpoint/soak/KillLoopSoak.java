package io.holdpoint.soak;

import io.holdpoint.fault.KillRound;
import io.holdpoint.testkit.ChildService;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.TestDatabase;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtendWith;

/** Kill -9 under load, again and again on one database. */
@ExtendWith(DatabaseExtension.class)
class KillLoopSoak {
  private static final int ROUNDS = 30;

  @Test
  void everyAnswerHoldsOverEveryKill(TestDatabase database, TestReporter reporter) {
    long seed = Soak.seed();
    reporter.publishEntry("seed", Long.toString(seed));
    SplittableRandom seeds = new SplittableRandom(seed);
    try (ChildService service =
        ChildService.start(database, Map.of("HOLDPOINT_LOG_LEVEL", "WARN"))) {
      KillRound round = new KillRound(database, service);
      for (int i = 0; i < Soak.rounds(ROUNDS); i++) {
        round.run(seeds.nextLong());
        // What is left would only make the next check of the history slow.
        database.execute(
            "TRUNCATE instances, nodes, tasks, changes, step_outputs, steps, commands, events");
      }
    }
  }
}
