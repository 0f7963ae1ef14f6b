package io.holdpoint.cluster;

import io.holdpoint.testkit.ChildService;
import io.holdpoint.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;

/** Nodes on one database, wherever they run, and what can happen to them there. */
interface Cluster extends AutoCloseable {
  TestDatabase database();

  List<ChildService> nodes();

  List<Fault> faults();

  /** How long a fault lasts that is not over soon: until all have drawn their conclusions. */
  Duration longFault();

  /** Returns when everything is as it was before this node's fault, within the time promised. */
  void awaitWell(int number);

  @Override
  void close();
}
