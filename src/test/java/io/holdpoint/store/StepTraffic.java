package io.holdpoint.store;

import static io.holdpoint.testkit.StoreSession.await;

import io.holdpoint.task.Direction;
import io.holdpoint.task.Hold;
import io.holdpoint.task.Plan;
import io.holdpoint.task.Plan.PlannedStep;
import io.holdpoint.task.Settlement;
import io.holdpoint.task.Settlement.Result;
import io.holdpoint.task.StepAction;
import io.holdpoint.task.StepClaim;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.testkit.StoreSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** A simulated worker that begins and settles steps at random, and what it was told. */
final class StepTraffic {
  /** Waves of one, two and three steps: a check, a restart, a verification, and the way back. */
  static final Plan PLAN =
      new Plan(
          List.of(
              new PlannedStep(1, 1, Direction.FORWARD, StepAction.CHECK, null),
              new PlannedStep(2, 2, Direction.FORWARD, StepAction.RESTART, "node-1"),
              new PlannedStep(3, 2, Direction.FORWARD, StepAction.RESTART, "node-2"),
              new PlannedStep(4, 3, Direction.FORWARD, StepAction.VERIFY, "node-1"),
              new PlannedStep(5, 3, Direction.FORWARD, StepAction.VERIFY, "node-2"),
              new PlannedStep(6, 3, Direction.FORWARD, StepAction.VERIFY, null),
              new PlannedStep(7, 4, Direction.BACK, StepAction.REVERT, "node-2"),
              new PlannedStep(8, 4, Direction.BACK, StepAction.REVERT, "node-1"),
              new PlannedStep(9, 5, Direction.BACK, StepAction.VERIFY, null)));

  private static final int LARGEST_CLAIM = 6;
  private static final double HELD_BACK = 0.4;

  final Queue<TaskEvent> events = new ConcurrentLinkedQueue<>();
  final AtomicInteger lateSettlementsThatDidSomething = new AtomicInteger();
  private final List<String> instances;

  StepTraffic(List<String> instances) {
    this.instances = instances;
  }

  /** Works until told to end; steps that it still holds then stay in flight. */
  void work(StoreSession session, Random random, BooleanSupplier ended) {
    List<StepClaim> held = new ArrayList<>();
    while (!ended.getAsBoolean()) {
      if (random.nextInt(4) == 0) {
        start(session, instances.get(random.nextInt(instances.size())));
      }
      try {
        StepStore.Claimed claimed =
            await(session.steps().claim(1 + random.nextInt(LARGEST_CLAIM), held.size(), 2));
        events.addAll(claimed.events());
        held.addAll(claimed.claims());
        if (!held.isEmpty()) {
          await(session.steps().renew(held));
        }
      } catch (StoreException conflict) {
        mustBeHarmless(conflict);
      }
      settleSome(session, random, held);
    }
  }

  /** Two starts at the same moment: one of them is taken back, and the product runs it again. */
  private static void start(StoreSession session, String instanceId) {
    try {
      session.start(instanceId, PLAN);
    } catch (StoreException conflict) {
      mustBeHarmless(conflict);
    }
  }

  private void settleSome(StoreSession session, Random random, List<StepClaim> held) {
    List<StepClaim> settling = new ArrayList<>(held);
    settling.removeIf(claim -> random.nextDouble() < HELD_BACK);
    for (StepClaim claim : settling) {
      double kind = random.nextDouble();
      Result result = kind < 0.6 ? Result.DONE : kind < 0.85 ? Result.PUT_BACK : Result.FAILED;
      boolean failed = result == Result.FAILED;
      Hold hold = failed && random.nextBoolean() ? Hold.NEEDS_HUMAN : null;
      boolean bad = failed && hold == null && random.nextBoolean();
      String reason = result == Result.DONE ? null : "by chance";
      Settlement settlement = new Settlement(result, "{}", reason, 1, hold, bad);
      try {
        await(session.steps().checkpoint(claim, "{\"at\":1}", null));
        events.addAll(await(session.steps().settle(claim, settlement, Duration.ZERO)));
        held.remove(claim);
        lateSettlementsThatDidSomething.addAndGet(
            await(session.steps().settle(claim, settlement, Duration.ZERO)).size());
      } catch (StoreException conflict) {
        mustBeHarmless(conflict);
      }
    }
  }

  private static void mustBeHarmless(StoreException failure) {
    if (failure.kind() != StoreException.Kind.CONFLICT
        && failure.kind() != StoreException.Kind.ROLLED_BACK) {
      throw new IllegalStateException(failure);
    }
  }
}
