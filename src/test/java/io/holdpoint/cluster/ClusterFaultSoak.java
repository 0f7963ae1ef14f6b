package io.holdpoint.cluster;

import io.holdpoint.cli.FrontBalancer;
import io.holdpoint.testkit.ChildProcess;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.PreviousBuild;
import io.holdpoint.testkit.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long {@link ClusterRun}s, of one build and of a fleet that is being upgraded. */
@ExtendWith(DatabaseExtension.class)
class ClusterFaultSoak {
  private static final int FAULTS = 40;

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void whatEverybodySawIsOneHistory(long seed, TestDatabase database) throws Exception {
    ClusterRun.run(database, ChildProcess.jar(), ClusterRun::directly, seed, FAULTS);
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 6})
  void soItIsBehindABalancer(long seed, TestDatabase database, @TempDir Path directory)
      throws Exception {
    FrontBalancer.assumeInstalled();
    List<FrontBalancer> started = new ArrayList<>();
    try {
      ClusterRun.run(
          database,
          ChildProcess.jar(),
          nodes -> {
            started.add(FrontBalancer.of(directory, nodes));
            return List.of(started.get(0).port());
          },
          seed,
          FAULTS);
    } finally {
      started.forEach(FrontBalancer::close);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 4})
  void soItIsDuringAnUpgrade(long seed, TestDatabase database, @TempDir Path directory)
      throws Exception {
    ClusterRun.run(database, PreviousBuild.jar(directory), ClusterRun::directly, seed, FAULTS);
  }
}
