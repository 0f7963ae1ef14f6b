package io.holdpoint.worker;

import io.holdpoint.bus.TaskBus;
import io.holdpoint.config.WorkerConfig;
import io.holdpoint.store.AssignmentStore;
import io.holdpoint.store.StepStore;
import io.holdpoint.store.StepStore.Wish;
import io.holdpoint.store.StoreException;
import io.holdpoint.task.Direction;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.Settlement;
import io.holdpoint.task.StepClaim;
import io.holdpoint.task.TaskEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** The steps in flight of this worker, from their claim to their settlement. */
final class StepRunner {
  private static final Logger log = LoggerFactory.getLogger(StepRunner.class);
  private static final long SETTLE_PAUSE_MILLIS = 200;
  private static final long BROKEN_PAUSE_MILLIS = 5_000;

  private final Vertx vertx;
  private final StepStore store;
  private final AssignmentStore assignments;
  private final StepWork work;
  private final TaskBus bus;
  private final WorkerConfig config;
  private final WorkerMetrics metrics;
  private final LongSupplier nanoTime;
  private final Map<StepClaim.Key, StepRun> runs = new HashMap<>();
  private final RecentInterrupts recent = new RecentInterrupts();
  private @Nullable Promise<Void> idle;

  StepRunner(
      Vertx vertx,
      StepStore store,
      AssignmentStore assignments,
      StepWork work,
      TaskBus bus,
      WorkerConfig config,
      WorkerMetrics metrics,
      LongSupplier nanoTime) {
    this.vertx = vertx;
    this.store = store;
    this.assignments = assignments;
    this.work = work;
    this.bus = bus;
    this.config = config;
    this.metrics = metrics;
    this.nanoTime = nanoTime;
    metrics.watchInFlight(runs::size);
  }

  int inFlight() {
    return runs.size();
  }

  List<StepClaim> claims() {
    List<StepClaim> claims = new ArrayList<>(runs.size());
    runs.values().forEach(run -> claims.add(run.claim()));
    return claims;
  }

  /**
   * @param claimedNanos when the claim was sent
   */
  void start(StepClaim claim, long claimedNanos) {
    StepRun run =
        new StepRun(
            vertx,
            claim,
            store::checkpoint,
            config.lease(),
            claimedNanos,
            config.stepTimeLimit(),
            nanoTime);
    runs.put(claim.key(), run);
    about(claim).log("step begun");
    Future<@Nullable Settlement> ended =
        run.run(() -> assignments.of(claim).compose(assignment -> work.perform(run, assignment)));
    recent.after(claim).ifPresent(last -> run.suspend(last.mode(), last.epoch()));
    ended.onSuccess(
        settlement -> {
          if (settlement == null) {
            metrics.lost();
            forget(claim);
          } else {
            settle(claim, settlement);
          }
        });
  }

  /** Tried until the database answers: the claim's fence makes a late or repeated one harmless. */
  private void settle(StepClaim claim, Settlement settlement) {
    store
        .settle(claim, settlement, retryDelay())
        .onComplete(
            events -> {
              metrics.settled(settlement.result());
              about(claim)
                  .addKeyValue("result", settlement.result().text())
                  .addKeyValue("reason", settlement.reason())
                  .log(events.isEmpty() ? "step settled by somebody else" : "step settled");
              forget(claim);
              events.forEach(bus::publish);
            },
            failure -> settleLater(claim, settlement, StoreException.of(failure)));
  }

  private void settleLater(StepClaim claim, Settlement settlement, StoreException failure) {
    log.atWarn()
        .addKeyValue("taskId", claim.taskId())
        .addKeyValue("step", claim.step())
        .log("the step could not be settled, trying again: " + failure.getMessage());
    long pause = failure.retryable() ? SETTLE_PAUSE_MILLIS : BROKEN_PAUSE_MILLIS;
    vertx.setTimer(pause, fired -> settle(claim, settlement));
  }

  private Duration retryDelay() {
    return config.pollInterval().multipliedBy(2);
  }

  private void forget(StepClaim claim) {
    runs.remove(claim.key());
    if (runs.isEmpty() && idle != null) {
      idle.tryComplete();
    }
  }

  void suspend(TaskEvent interrupt) {
    InterruptMode mode = interrupt.mode() == null ? InterruptMode.FINISH_STEP : interrupt.mode();
    UUID taskId = interrupt.taskId();
    recent.add(interrupt, mode);
    runs.values().stream()
        .filter(run -> run.claim().taskId().equals(taskId))
        .toList()
        .forEach(run -> run.suspend(mode, interrupt.epoch()));
  }

  void turn(TaskEvent reverting) {
    runs.values().stream()
        .filter(run -> run.claim().taskId().equals(reverting.taskId()))
        .filter(run -> run.claim().direction() == Direction.FORWARD)
        .forEach(StepRun::turn);
    resume(reverting.taskId(), reverting.epoch());
  }

  void resume(UUID taskId, long epoch) {
    recent.remove(taskId);
    runs.values().stream()
        .filter(run -> run.claim().taskId().equals(taskId))
        .toList()
        .forEach(run -> run.resume(epoch));
  }

  /**
   * What the database said when the leases were renewed: the truth behind the events.
   *
   * @param sentNanos when the renewal was sent
   */
  void obey(List<StepClaim> asked, Map<StepClaim.Key, Wish> wishes, long sentNanos) {
    for (StepClaim claim : asked) {
      StepRun run = runs.get(claim.key());
      Wish wish = wishes.get(claim.key());
      if (run == null) {
        continue;
      }
      if (wish == null) {
        run.endWith(new StepEnd(StepEnd.Kind.LOST, "the lease is lost"));
      } else {
        run.renewed(sentNanos);
        if (wish.direction() != claim.direction()) {
          run.turn();
        }
        if (wish.suspended()) {
          InterruptMode mode = wish.mode() == null ? InterruptMode.FINISH_STEP : wish.mode();
          run.suspend(mode, wish.epoch());
        } else {
          run.resume(wish.epoch());
        }
      }
    }
  }

  /** The leases may be given away by now: stop without writing anything. */
  void loseAll() {
    List.copyOf(runs.values())
        .forEach(run -> run.endWith(new StepEnd(StepEnd.Kind.LOST, "the lease ran out")));
  }

  /** Cuts every step and puts it back; completes when all are settled. */
  Future<Void> handBackAll() {
    Promise<Void> promise = Promise.promise();
    idle = promise;
    if (runs.isEmpty()) {
      promise.complete();
    }
    List.copyOf(runs.values())
        .forEach(run -> run.endWith(new StepEnd(StepEnd.Kind.CUT, "its worker is stopping")));
    return promise.future();
  }

  private static LoggingEventBuilder about(StepClaim claim) {
    return log.atInfo()
        .addKeyValue("taskId", claim.taskId())
        .addKeyValue("instanceId", claim.instanceId())
        .addKeyValue("step", claim.step())
        .addKeyValue("action", claim.action().text())
        .addKeyValue("nodeId", claim.nodeId())
        .addKeyValue("attempt", claim.attempt());
  }
}
