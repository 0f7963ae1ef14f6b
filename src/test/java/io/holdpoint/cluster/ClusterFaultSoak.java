package io.holdpoint.cluster;

import io.holdpoint.cli.FrontBalancer;
import io.holdpoint.testkit.ChildProcess;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.PreviousBuild;
import io.holdpoint.testkit.TestDatabase;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long {@link ClusterRun}s, of one build and of a fleet that is being upgraded. */
@ExtendWith(DatabaseExtension.class)
class ClusterFaultSoak {
  private static final int FAULTS = 40;
  private static final List<Path> JARS = Collections.nCopies(3, ChildProcess.jar());

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void whatEverybodySawIsOneHistory(long seed, TestDatabase database) throws Exception {
    try (Cluster cluster = new ProxiedCluster(database, JARS)) {
      ClusterRun.run(cluster, ClusterRun.directly(cluster), seed, FAULTS);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 6})
  void soItIsBehindABalancer(long seed, TestDatabase database, @TempDir Path directory)
      throws Exception {
    FrontBalancer.assumeInstalled();
    try (Cluster cluster = new ProxiedCluster(database, JARS);
        FrontBalancer balancer = FrontBalancer.of(directory, cluster.nodes())) {
      ClusterRun.run(cluster, List.of(balancer.endpoint()), seed, FAULTS);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 4})
  void soItIsDuringAnUpgrade(long seed, TestDatabase database, @TempDir Path directory)
      throws Exception {
    List<Path> jars = List.of(PreviousBuild.jar(directory), ChildProcess.jar(), ChildProcess.jar());
    try (Cluster cluster = new ProxiedCluster(database, jars)) {
      ClusterRun.run(cluster, ClusterRun.directly(cluster), seed, FAULTS);
    }
  }
}
