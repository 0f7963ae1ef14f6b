package io.holdpoint.worker;

import io.holdpoint.driver.Goodness;
import io.holdpoint.driver.Judgement;
import io.holdpoint.driver.NodeView;
import io.holdpoint.driver.Wanted;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Waits until a node is good: seen so twice, some time apart, and with events passing if wanted.
 */
final class GoodWait {
  private final NodeAccess node;
  private final Duration every;
  private final Duration limit;
  private final long trafficMillis;

  /**
   * @param limit past it a node that is not good counts as bad
   * @param trafficMillis within this time events must pass; 0 asks for none
   */
  GoodWait(NodeAccess node, Duration every, Duration limit, long trafficMillis) {
    this.node = node;
    this.every = every;
    this.limit = limit;
    this.trafficMillis = trafficMillis;
  }

  /** The node as it was when it was seen good for the second time. */
  Future<NodeView> good(NodeView baseline, Wanted wanted) {
    return look(baseline, wanted, node.run().nanos(), false)
        .compose(seen -> trafficMillis == 0 ? Future.succeededFuture(seen) : flowing(seen));
  }

  /**
   * As {@link #good}, for a node whose earlier texts were just put back: until it has loaded them
   * it still runs those of the change, which is no fault yet.
   */
  Future<NodeView> goodAgain(NodeView baseline, Wanted wanted) {
    return loadedBack(baseline, node.run().nanos()).compose(seen -> good(baseline, wanted));
  }

  private Future<Void> loadedBack(NodeView baseline, long since) {
    return node.view()
        .compose(
            seen -> {
              boolean old =
                  baseline.pipelines().entrySet().stream()
                      .allMatch(
                          entry -> {
                            var now = seen.pipelines().get(entry.getKey());
                            return now != null && now.hash().equals(entry.getValue().hash());
                          });
              return old || node.run().nanos() - since > limit.toNanos()
                  ? Future.succeededFuture()
                  : node.run().pause(every).compose(waited -> loadedBack(baseline, since));
            });
  }

  private Future<NodeView> look(NodeView baseline, Wanted wanted, long since, boolean once) {
    return node.view()
        .compose(
            seen -> {
              Judgement judgement = Goodness.judge(seen, baseline, wanted);
              if (!seen.up()) {
                return end(StepEnd.Kind.FAILED, node.id() + " did not come back: " + seen.detail());
              }
              return switch (judgement.verdict()) {
                case GOOD ->
                    once ? Future.succeededFuture(seen) : again(baseline, wanted, since, true);
                case BAD -> end(StepEnd.Kind.BAD, node.id() + " is bad: " + judgement.reason());
                case WAIT ->
                    node.run().nanos() - since > limit.toNanos()
                        ? end(
                            StepEnd.Kind.BAD,
                            node.id()
                                + " is not good after "
                                + limit.toSeconds()
                                + " s: "
                                + judgement.reason())
                        : again(baseline, wanted, since, false);
              };
            });
  }

  private Future<NodeView> again(NodeView baseline, Wanted wanted, long since, boolean once) {
    return node.run().pause(every).compose(waited -> look(baseline, wanted, since, once));
  }

  private Future<NodeView> flowing(NodeView first) {
    long since = node.run().nanos();
    return flow(first, since);
  }

  private Future<NodeView> flow(NodeView first, long since) {
    return node.run()
        .pause(every)
        .compose(waited -> node.view())
        .compose(
            seen -> {
              if (seen.answers() && Goodness.flows(first, seen)) {
                return Future.succeededFuture(seen);
              }
              return node.run().nanos() - since > TimeUnit.MILLISECONDS.toNanos(trafficMillis)
                  ? end(
                      StepEnd.Kind.BAD,
                      node.id() + " is bad: no events passed in " + trafficMillis + " ms")
                  : flow(first, since);
            });
  }

  static <T> Future<T> end(StepEnd.Kind kind, String why) {
    return Future.failedFuture(new StepEnd(kind, why));
  }
}
