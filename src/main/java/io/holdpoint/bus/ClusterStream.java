package io.holdpoint.bus;

import io.holdpoint.task.Answer;
import io.holdpoint.task.Query;
import io.holdpoint.task.StreamEntry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.function.Function;

/**
 * The streams of events for verticles of a JVM that is no node but a member of the cluster: what
 * {@link TaskBus#follow} is on a node. Pages are read from any node; one that is gone costs a
 * time-out, and the next is asked.
 */
public final class ClusterStream {
  private static final DeliveryOptions DELIVERY = new DeliveryOptions().setSendTimeout(2_000);

  private final Vertx vertx;

  /**
   * @param vertx of a member
   */
  public ClusterStream(Vertx vertx) {
    this.vertx = vertx;
  }

  /** As {@link TaskBus#follow}. */
  public TaskBus.Registration follow(
      String accountId,
      long after,
      Duration pollInterval,
      Function<StreamEntry, Future<Void>> consumer) {
    return new StreamFollower(
            vertx,
            this::read,
            told -> TaskBus.onStreamEnd(vertx.eventBus(), told),
            accountId,
            after,
            pollInterval,
            consumer)
        .start();
  }

  private Future<Answer> read(Query.ReadStream query) {
    return vertx
        .eventBus()
        .<JsonObject>request(TaskBus.STREAMS, StreamWire.question(query), DELIVERY)
        .map(Message::body)
        .<Answer>map(StreamWire::page)
        .otherwise(new Answer.Unavailable());
  }
}
