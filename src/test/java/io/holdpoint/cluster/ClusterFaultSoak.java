package io.holdpoint.cluster;

import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.TestDatabase;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long {@link ClusterRun}s. */
@ExtendWith(DatabaseExtension.class)
class ClusterFaultSoak {
  private static final int FAULTS = 40;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whatEverybodySawIsOneHistory(long seed, TestDatabase database) throws Exception {
    ClusterRun.run(database, seed, FAULTS);
  }
}
