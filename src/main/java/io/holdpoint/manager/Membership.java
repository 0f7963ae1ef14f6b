package io.holdpoint.manager;

import io.holdpoint.config.WorkerConfig;
import io.holdpoint.store.ServiceNodeStore;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows this node to the others with every heartbeat, and learns whether it drains and how many
 * share the work. While the database is silent what was learned last stands.
 */
public final class Membership {
  private static final Logger log = LoggerFactory.getLogger(Membership.class);
  private static final Duration FORGOTTEN = Duration.ofDays(1);

  private final Vertx vertx;
  private final ServiceNodeStore store;
  private final UUID nodeId;
  private final String version;
  private final boolean worker;
  private final long heartbeatMillis;
  private volatile ServiceNodeStore.Standing standing = new ServiceNodeStore.Standing(false, 1);
  private String name = "";
  private long timer = -1;
  private Future<?> showing = Future.succeededFuture();

  public Membership(
      Vertx vertx,
      ServiceNodeStore store,
      UUID nodeId,
      String version,
      WorkerConfig config,
      MeterRegistry registry) {
    this.vertx = vertx;
    this.store = store;
    this.nodeId = nodeId;
    this.version = version;
    worker = config.enabled();
    heartbeatMillis = config.heartbeat().toMillis();
    Gauge.builder("holdpoint.nodes.working", this, Membership::working)
        .description("nodes that take steps, as this one knows")
        .register(registry);
    Gauge.builder("holdpoint.node.draining", this, own -> own.draining() ? 1 : 0)
        .description("1 while this node takes no further step and no further request")
        .register(registry);
  }

  /**
   * From now on this node is to be seen.
   *
   * @param shownName host and port, for people
   */
  public Future<Void> start(String shownName) {
    name = shownName;
    timer = vertx.setPeriodic(heartbeatMillis, due -> show());
    return show().compose(shown -> store.forget(FORGOTTEN)).otherwiseEmpty();
  }

  private Future<Void> show() {
    if (!showing.isComplete()) {
      return Future.succeededFuture();
    }
    Future<Void> shown =
        store
            .show(nodeId, name, version, worker)
            .onSuccess(this::learn)
            .onFailure(
                failure ->
                    log.atWarn().log("this node could not be shown: " + failure.getMessage()))
            .mapEmpty();
    showing = shown;
    return shown;
  }

  private void learn(ServiceNodeStore.Standing told) {
    if (told.draining() != standing.draining()) {
      log.atInfo()
          .addKeyValue("nodeId", nodeId)
          .log(told.draining() ? "this node drains" : "this node takes work again");
    }
    standing = told;
  }

  public UUID nodeId() {
    return nodeId;
  }

  /** Whether this node shall take nothing further; may be read from anywhere. */
  public boolean draining() {
    return standing.draining();
  }

  /** How many nodes share the work; may be read from anywhere. */
  public int working() {
    return standing.working();
  }

  /** This node is not to be seen any longer. */
  public Future<Void> stop() {
    vertx.cancelTimer(timer);
    return showing.transform(shown -> store.remove(nodeId)).otherwiseEmpty();
  }
}
