package io.holdpoint.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdpoint.bench.FreePort;
import io.holdpoint.testkit.ChildService;
import io.holdpoint.testkit.Endpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A real HAProxy, with the rules of {@code conf/haproxy.cfg}, in front of real nodes. */
public final class FrontBalancer implements AutoCloseable {
  private final DemoBalancer balancer;
  private final Endpoint endpoint;

  private FrontBalancer(DemoBalancer balancer, Endpoint endpoint) {
    this.balancer = balancer;
    this.endpoint = endpoint;
  }

  /** The test that asks is skipped, and says why, where there is no program for it. */
  public static void assumeInstalled() {
    assumeTrue(program().isPresent(), "SKIPPED: needs haproxy on the PATH");
  }

  private static Optional<Path> program() {
    return DemoBalancer.program(System.getenv());
  }

  /**
   * @param folder of its own
   */
  public static FrontBalancer of(Path folder, List<ChildService> nodes) {
    List<DemoBalancer.Target> targets = new ArrayList<>();
    for (ChildService node : nodes) {
      targets.add(
          new DemoBalancer.Target(
              "node-" + targets.size(),
              node.place().api().host(),
              node.port(),
              node.place().managementPort()));
    }
    int port = FreePort.find();
    return new FrontBalancer(
        DemoBalancer.start(program().orElseThrow(), folder, port, targets),
        new Endpoint("127.0.0.1", port, nodes.get(0).place().api().key()));
  }

  /** Where it takes calls for all of them. */
  public Endpoint endpoint() {
    return endpoint;
  }

  public int port() {
    return endpoint.port();
  }

  @Override
  public void close() {
    balancer.close();
  }
}
