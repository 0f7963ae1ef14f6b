package io.holdpoint.cluster;

import io.holdpoint.testkit.ChildProcess;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.PreviousBuild;
import io.holdpoint.testkit.TestDatabase;
import java.nio.file.Path;
import java.util.List;
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
    List<Path> jars = List.of(PreviousBuild.jar(directory), ChildProcess.jar(), ChildProcess.jar());
    try (Cluster cluster = new ProxiedCluster(database, jars)) {
      ClusterRun.run(cluster, ClusterRun.directly(cluster), SEED, FAULTS);
    }
  }
}
