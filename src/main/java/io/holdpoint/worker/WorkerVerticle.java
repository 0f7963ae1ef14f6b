package io.holdpoint.worker;

import io.holdpoint.bus.TaskBus;
import io.holdpoint.config.WorkerConfig;
import io.holdpoint.driver.Drivers;
import io.holdpoint.store.AssignmentStore;
import io.holdpoint.store.Database;
import io.holdpoint.store.StepStore;
import io.holdpoint.task.StepClaim;
import io.holdpoint.task.TaskEvent;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls for steps that are ready, keeps the leases of those in flight, and puts back what dead
 * workers left. Events on the bus only shorten the waits; the claim decides.
 */
public final class WorkerVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(WorkerVerticle.class);
  private static final int RECOVERED_AT_ONCE = 64;
  private static final long HAND_BACK_MILLIS = 3_000;

  private final TaskBus bus;
  private final WorkerConfig config;
  private final Drivers drivers;
  private final UUID workerId;
  private final BooleanSupplier draining;
  private final IntSupplier working;
  private final StepStore store;
  private final AssignmentStore assignments;
  private final WorkerMetrics metrics;
  private StepRunner runner;
  private TaskBus.Registration registration;
  private Future<Void> claim = Future.succeededFuture();
  private boolean claimAgain;
  private boolean stopping;
  private long blindTimer = -1;
  private Future<?> renewal = Future.succeededFuture();
  private Future<?> search = Future.succeededFuture();

  /**
   * @param workerId this node's
   * @param draining while it says so no further step is claimed
   * @param working how many nodes share the steps that are ready
   */
  public WorkerVerticle(
      UUID workerId,
      BooleanSupplier draining,
      IntSupplier working,
      TaskBus bus,
      Database database,
      WorkerConfig config,
      Drivers drivers,
      MeterRegistry registry) {
    this.workerId = workerId;
    this.draining = draining;
    this.working = working;
    this.bus = bus;
    this.config = config;
    this.drivers = drivers;
    assignments = new AssignmentStore(database);
    store = new StepStore(database, workerId, config.lease(), config.maxStepFailures());
    metrics = new WorkerMetrics(registry);
  }

  @Override
  public Future<?> start() {
    StepWork work = new StepWork(drivers, context, config, store::output);
    runner =
        new StepRunner(vertx, store, assignments, work, bus, config, metrics, System::nanoTime);
    registration = bus.onEvent(this::onEvent);
    pollAgain();
    long heartbeat = config.heartbeat().toMillis();
    vertx.setPeriodic(heartbeat, fired -> renew());
    vertx.setPeriodic(heartbeat, fired -> recover());
    log.atInfo().addKeyValue("workerId", workerId).log("worker started");
    return Future.succeededFuture();
  }

  private void onEvent(TaskEvent event) {
    switch (event.kind()) {
      case CREATED, STEP_DONE, STEP_PUT_BACK -> claim();
      case INTERRUPTED, INTERRUPT_TIGHTENED, HELD -> runner.suspend(event);
      case REVERTING -> {
        runner.turn(event);
        claim();
      }
      case RESUMED, DECIDED -> {
        runner.resume(event.taskId(), event.epoch());
        claim();
      }
      case STARTED, STEP_BEGUN, STEP_FAILED, QUIESCED, SUCCEEDED, REVERTED, ABANDONED -> {}
    }
  }

  private void pollAgain() {
    long interval = config.pollInterval().toMillis();
    long jitter = ThreadLocalRandom.current().nextLong(interval / 4 + 1);
    vertx.setTimer(
        Math.max(1, interval - jitter),
        fired -> {
          if (!stopping) {
            claim();
            pollAgain();
          }
        });
  }

  private void claim() {
    int free = config.maxStepsInFlight() - runner.inFlight();
    if (stopping || free <= 0 || draining.getAsBoolean()) {
      return;
    }
    if (!claim.isComplete()) {
      claimAgain = true;
      return;
    }
    claimAgain = false;
    long sent = System.nanoTime();
    Promise<Void> ended = Promise.promise();
    claim = ended.future();
    store
        .claim(free, runner.inFlight(), working.getAsInt())
        .onComplete(
            claimed -> {
              try {
                begin(claimed, sent);
              } finally {
                ended.complete();
              }
              if (claimAgain) {
                claim();
              }
            },
            failure -> {
              log.atWarn().log("steps could not be claimed: " + failure.getMessage());
              ended.complete();
            });
  }

  private void begin(StepStore.Claimed claimed, long sent) {
    if (claimed.claims().isEmpty()) {
      return;
    }
    metrics.begun(claimed.claims().size());
    claimed.events().forEach(bus::publish);
    if (millisToBlind(sent) <= 0) {
      // The reply took as long as a lease: the steps may be somebody else's by now.
      log.atWarn().addKeyValue("leases", claimed.claims().size()).log("a claim came too late");
      return;
    }
    if (runner.inFlight() == 0 || blindTimer < 0) {
      seenBy(sent);
    }
    claimed.claims().forEach(claim -> runner.start(claim, sent));
  }

  /** Leases were granted or renewed by a statement sent then: they live on for so long at least. */
  private void seenBy(long sent) {
    vertx.cancelTimer(blindTimer);
    blindTimer =
        vertx.setTimer(
            Math.max(1, millisToBlind(sent)),
            fired -> {
              blindTimer = -1;
              if (runner.inFlight() > 0) {
                log.atWarn()
                    .addKeyValue("leases", runner.inFlight())
                    .log("leases not renewed in time, their steps are let go");
                runner.loseAll();
              }
            });
  }

  /** Until the leases of a statement sent then may be given away, less a margin. */
  private long millisToBlind(long sent) {
    long margin = config.heartbeat().dividedBy(2).toMillis();
    long gone = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sent);
    return config.lease().toMillis() - margin - gone;
  }

  private void renew() {
    List<StepClaim> held = runner.claims();
    // On a slow link another one behind the first would only keep settlements waiting.
    if (held.isEmpty() || !renewal.isComplete()) {
      return;
    }
    long sent = System.nanoTime();
    renewal =
        store
            .renew(held)
            .onComplete(
                wishes -> {
                  seenBy(sent);
                  runner.obey(held, wishes, sent);
                },
                failure ->
                    log.atWarn()
                        .addKeyValue("leases", held.size())
                        .log("leases could not be renewed: " + failure.getMessage()));
  }

  private void recover() {
    if (!search.isComplete()) {
      return;
    }
    search =
        store
            .expired(RECOVERED_AT_ONCE)
            .onSuccess(expired -> expired.forEach(this::putBack))
            .onFailure(
                failure ->
                    log.atWarn()
                        .log("dead leases could not be looked for: " + failure.getMessage()));
  }

  private void putBack(StepStore.Expired lease) {
    store
        .putBackExpired(lease)
        .onSuccess(
            events -> {
              if (!events.isEmpty()) {
                metrics.recovered();
                log.atWarn()
                    .addKeyValue("taskId", lease.taskId())
                    .addKeyValue("step", lease.step())
                    .addKeyValue("deadWorkerId", lease.workerId())
                    .log("step of a dead worker put back");
                events.forEach(bus::publish);
              }
            })
        .onFailure(
            failure ->
                log.atWarn()
                    .addKeyValue("taskId", lease.taskId())
                    .log("a dead lease could not be put back: " + failure.getMessage()));
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    // In a cluster this waits for all members, also for one that is frozen; the leases do not.
    Future<Void> deaf = registration.stop();
    return claim
        .compose(claimed -> runner.handBackAll())
        .eventually(() -> deaf)
        .timeout(HAND_BACK_MILLIS, TimeUnit.MILLISECONDS)
        .otherwiseEmpty();
  }
}
