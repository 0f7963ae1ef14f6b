package io.holdpoint.webhook;

import io.holdpoint.bus.TaskBus;
import io.holdpoint.config.AllowedHosts;
import io.holdpoint.config.WebhookConfig;
import io.holdpoint.store.DeliveryStore;
import io.holdpoint.task.StreamEnd;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes webhooks that have something to send, as many as may be under way and of each account no
 * more than its share, and sends for them. News of a grown stream is acted on at once only for
 * accounts that this node has sent for: where nobody has a webhook, there is one look now and then
 * and nothing else.
 */
public final class WebhookVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(WebhookVerticle.class);
  private static final int KNOWN_ACCOUNTS = 1_000;
  private static final long FINISH_MILLIS = 400;
  private static final long GIVE_BACK_MILLIS = 900;

  private final TaskBus bus;
  private final DeliveryStore store;
  private final WebhookConfig config;
  private final BooleanSupplier draining;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final DeliveryMetrics metrics;
  private final Set<Delivery> deliveries = new HashSet<>();
  private final Set<String> known = new HashSet<>();
  private final Waker waker;
  private Sender sender;
  private Delivery.Outfit outfit;
  private TaskBus.Registration registration;
  private Future<Void> looking = Future.succeededFuture();
  private boolean lookAgain;
  private boolean stopping;

  /**
   * @param draining while it says so nothing further is taken or sent
   */
  public WebhookVerticle(
      TaskBus bus,
      DeliveryStore store,
      WebhookConfig config,
      BooleanSupplier draining,
      InstantSource clock,
      LongSupplier nanoTime,
      MeterRegistry registry) {
    this.bus = bus;
    this.store = store;
    this.config = config;
    this.draining = draining;
    this.clock = clock;
    this.nanoTime = nanoTime;
    waker = new Waker(store);
    metrics = new DeliveryMetrics(registry);
    metrics.watchInFlight(deliveries::size);
  }

  @Override
  public Future<?> start() {
    sender = new Sender(vertx, config.timeout(), config.maxInFlight(), clock);
    outfit =
        new Delivery.Outfit(
            store,
            bus,
            sender,
            AllowedHosts.parse(config.allowedHosts()),
            metrics,
            config.lease().minus(config.timeout()).toNanos(),
            nanoTime);
    registration = bus.onStreamEnd(this::hint);
    poll();
    return Future.succeededFuture();
  }

  private void hint(StreamEnd end) {
    waker.grown(end.accountId());
    if (!known.contains(end.accountId())) {
      return;
    }
    deliveries.stream()
        .filter(delivery -> delivery.claim().accountId().equals(end.accountId()))
        .forEach(Delivery::hint);
    look();
  }

  private void poll() {
    long interval = config.pollInterval().toMillis();
    long jitter = ThreadLocalRandom.current().nextLong(interval / 4 + 1);
    vertx.setTimer(
        Math.max(1, interval - jitter),
        due -> {
          if (!stopping) {
            if (draining.getAsBoolean()) {
              deliveries.forEach(Delivery::end);
            }
            waker.sweepNext();
            look();
            poll();
          }
        });
  }

  /**
   * Wakes what has something to send, for whichever node, and takes as much as has a place here.
   */
  private void look() {
    if (stopping) {
      return;
    }
    if (!looking.isComplete()) {
      lookAgain = true;
      return;
    }
    lookAgain = false;
    Promise<Void> ended = Promise.promise();
    looking = ended.future();
    waker
        .wake()
        .compose(woken -> claim())
        .onComplete(
            claimed -> {
              ended.complete();
              if (lookAgain) {
                look();
              }
            },
            failure -> {
              log.atWarn().log("webhooks could not be looked for: " + failure.getMessage());
              ended.complete();
            });
  }

  private Future<Void> claim() {
    int free = config.maxInFlight() - deliveries.size();
    if (stopping || free <= 0 || draining.getAsBoolean()) {
      return Future.succeededFuture();
    }
    Map<String, Integer> had = new HashMap<>();
    deliveries.forEach(delivery -> had.merge(delivery.claim().accountId(), 1, Integer::sum));
    long sent = nanoTime.getAsLong();
    return store
        .claim(free, config.maxInFlightPerAccount(), had)
        .map(
            claims -> {
              claims.forEach(taken -> deliver(new Delivery(taken, sent, outfit)));
              // Who got its whole share may have hidden others behind what it did not get.
              lookAgain |= claims.stream().anyMatch(taken -> atShare(taken.accountId()));
              return null;
            });
  }

  private boolean atShare(String accountId) {
    return deliveries.stream()
            .filter(delivery -> delivery.claim().accountId().equals(accountId))
            .count()
        >= config.maxInFlightPerAccount();
  }

  private void deliver(Delivery delivery) {
    String accountId = delivery.claim().accountId();
    // A node that knows too many is quick for those it met first, and polls for the rest.
    if (known.size() < KNOWN_ACCOUNTS) {
      known.add(accountId);
    }
    deliveries.add(delivery);
    if (stopping) {
      delivery.end();
    }
    delivery
        .over()
        .onComplete(
            over -> {
              boolean awaited = deliveries.size() >= config.maxInFlight() || atShare(accountId);
              deliveries.remove(delivery);
              if (delivery.more()) {
                // What it was given back with may not have seen what grew meanwhile.
                waker.grown(accountId);
              }
              if (awaited || delivery.more()) {
                look();
              }
            });
    delivery.run();
  }

  /** What is under way may end in a moment; then it is broken off, and all is given back. */
  @Override
  public Future<?> stop() {
    stopping = true;
    deliveries.forEach(Delivery::end);
    long timer =
        vertx.setTimer(FINISH_MILLIS, late -> List.copyOf(deliveries).forEach(Delivery::cut));
    // In a cluster this waits for all members, also for one that is frozen; the leases do not.
    Future<Void> deaf = registration.stop();
    return looking
        .compose(claimed -> idle())
        .eventually(() -> deaf)
        .timeout(GIVE_BACK_MILLIS, TimeUnit.MILLISECONDS)
        .otherwiseEmpty()
        .onComplete(over -> vertx.cancelTimer(timer))
        .eventually(sender::close);
  }

  private Future<Void> idle() {
    return Future.join(List.copyOf(deliveries).stream().map(Delivery::over).toList()).mapEmpty();
  }
}
