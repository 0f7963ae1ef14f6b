package io.holdpoint.cluster;

import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A short {@link ClusterRun}: every kind of fault once. */
@ExtendWith(DatabaseExtension.class)
class ClusterFaultIT {
  private static final long SEED = Long.getLong("holdpoint.seed", 20_261_129);
  private static final int FAULTS = 4;

  @Test
  void whatEverybodySawIsOneHistory(TestDatabase database) throws Exception {
    ClusterRun.run(database, SEED, FAULTS);
  }
}
