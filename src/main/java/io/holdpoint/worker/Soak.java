package io.holdpoint.worker;

import io.holdpoint.driver.Goodness;
import io.holdpoint.driver.Judgement;
import io.holdpoint.driver.NodeView;
import io.holdpoint.driver.Wanted;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Watches a changed node for a while: it must stay good, in the same process. It only waits, so any
 * interrupt but finish-step cuts it; what was watched already counts.
 */
final class Soak {
  private static final String SOAKED = "soakedMillis";

  private final NodeAccess node;
  private final NodeHistory history;
  private final long millis;
  private final Duration every;

  Soak(NodeAccess node, NodeHistory history, long millis, Duration every) {
    this.node = node;
    this.history = history;
    this.millis = millis;
    this.every = every;
  }

  /** A node that is tolerated as bad has nothing to be watched for. */
  Future<Void> watch() {
    return history.tolerated()
        ? Future.succeededFuture()
        : look(node.run().nanos(), node.run().checkpoint().getLong(SOAKED, 0L));
  }

  private Future<Void> look(long since, long before) {
    return node.run()
        .safePoint()
        .compose(safe -> node.view())
        .compose(
            seen -> {
              String wrong = wrong(seen);
              if (!wrong.isEmpty()) {
                return GoodWait.end(
                    StepEnd.Kind.BAD, node.id() + " turned bad while it was watched: " + wrong);
              }
              long soaked = before + TimeUnit.NANOSECONDS.toMillis(node.run().nanos() - since);
              node.run().checkpoint().put(SOAKED, soaked);
              return soaked >= millis
                  ? Future.succeededFuture()
                  : node.run().pause(every).compose(waited -> look(since, before));
            });
  }

  private String wrong(NodeView seen) {
    NodeView after = history.after();
    NodeView then = after == null ? seen : after;
    if (seen.answers() && !Objects.equals(seen.ephemeralId(), then.ephemeralId())) {
      return "it was restarted by somebody, or keeps restarting";
    }
    Judgement judgement = Goodness.judge(seen, then, Wanted.UNCHANGED);
    return judgement.verdict() == Judgement.Verdict.BAD ? judgement.reason() : "";
  }
}
