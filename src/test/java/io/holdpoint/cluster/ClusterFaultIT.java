package io.holdpoint.cluster;

import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.PreviousBuild;
import io.holdpoint.testkit.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A short {@link ClusterRun}: every kind of fault once, on a fleet whose first node still has the
 * statements of the previous build.
 */
@ExtendWith(DatabaseExtension.class)
class ClusterFaultIT {
  private static final long SEED = Long.getLong("holdpoint.seed", 20_261_129);
  private static final int FAULTS = 4;

  @Test
  void whatEverybodySawIsOneHistory(TestDatabase database, @TempDir Path directory)
      throws Exception {
    ClusterRun.run(database, PreviousBuild.jar(directory), ClusterRun::directly, SEED, FAULTS);
  }
}
