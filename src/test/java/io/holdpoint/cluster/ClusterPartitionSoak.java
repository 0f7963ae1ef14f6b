package io.holdpoint.cluster;

import io.holdpoint.cli.FrontBalancer;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nodes whose event buses are one, on hosts of their own, while the network between them and to the
 * database loses what it should carry. Needs network namespaces and is skipped, saying so, where
 * there are none.
 */
class ClusterPartitionSoak {
  private static final long SEED = Long.getLong("holdpoint.seed", 7);

  /** Each kind once, in another order by each seed. */
  private static final int FAULTS = 9;

  private static final Duration NOTICED = Duration.ofSeconds(30);

  @TempDir private Path directory;

  @Test
  void membersThatWereCutOffHearOfEachOtherAgain() {
    try (PartitionedCluster cluster = PartitionedCluster.start(directory)) {
      BusProbe bus = new BusProbe(cluster);
      bus.everyNodeHearsOfEveryOther(PartitionedCluster.WELL, "before any fault");
      for (Fault fault : List.of(cluster.withoutOtherNodes(), cluster.withoutAnybody())) {
        for (int node = 0; node < cluster.nodes().size(); node++) {
          int alone = node;
          fault.begin().accept(alone);
          Await.until(
              NOTICED,
              "node " + alone + " and the others have given each other up",
              () -> cluster.isGivenUp(alone));
          fault.end().accept(alone);
          cluster.awaitWell(alone);
          bus.everyNodeHearsOfEveryOther(
              PartitionedCluster.WELL, "after node " + alone + " was " + fault);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1})
  void whatEverybodySawIsOneHistory(long further) throws Exception {
    try (PartitionedCluster cluster = PartitionedCluster.start(directory)) {
      run(cluster, ClusterRun.directly(cluster), SEED + further);
    }
  }

  @Test
  void soItIsBehindABalancer() throws Exception {
    FrontBalancer.assumeInstalled();
    try (PartitionedCluster cluster = PartitionedCluster.start(directory);
        FrontBalancer balancer = FrontBalancer.of(cluster.folder(), cluster.nodes())) {
      run(cluster, List.of(balancer.endpoint()), SEED + 2);
    }
  }

  private static void run(PartitionedCluster cluster, List<Endpoint> endpoints, long seed)
      throws InterruptedException {
    ClusterRun.run(cluster, endpoints, seed, FAULTS);
    new BusProbe(cluster)
        .everyNodeHearsOfEveryOther(PartitionedCluster.WELL, "holdpoint.seed=" + seed);
  }
}
