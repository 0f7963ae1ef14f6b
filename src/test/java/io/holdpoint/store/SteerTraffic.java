package io.holdpoint.store;

import static io.holdpoint.testkit.StoreSession.await;

import io.holdpoint.store.SteerStore.Applied;
import io.holdpoint.task.Command.Steer;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.Operation;
import io.holdpoint.testkit.StoreSession;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Random batches of interrupts and resumes, and everything that was answered to them. */
final class SteerTraffic {
  private static final int LARGEST_BATCH = 32;
  private static final int PARTS = 16;
  private static final int LATEST = 64;
  private static final double REPLAYED = 0.45;
  private static final double MISUSED = 0.04;
  private static final double UNKNOWN = 0.04;

  /** A request and its definite answer. */
  record Answered(Steer command, Applied applied) {}

  final Queue<Answered> answers = new ConcurrentLinkedQueue<>();
  final AtomicInteger retries = new AtomicInteger();
  private final List<Steer> sent = new CopyOnWriteArrayList<>();
  private final AtomicInteger tokens = new AtomicInteger();
  private final List<String> instances;

  SteerTraffic(List<String> instances) {
    this.instances = instances;
  }

  /** Sends batches of one operation at a time, as a task manager does. */
  void send(StoreSession session, Random random, int batches, double resumes) {
    for (int i = 0; i < batches; i++) {
      boolean resume = random.nextDouble() < resumes;
      List<Steer> batch = batch(random, resume ? Operation.RESUME : Operation.INTERRUPT);
      apply(session, batch, 1);
    }
  }

  /** Tokens are distinct within a batch: the manager merges equal ones. */
  private List<Steer> batch(Random random, Operation operation) {
    List<Steer> batch = new ArrayList<>();
    Set<String> distinct = new HashSet<>();
    int size = 1 + random.nextInt(LARGEST_BATCH);
    while (batch.size() < size) {
      Steer next = next(random, operation);
      if (next.operation() == operation && distinct.add(next.ticket().clientToken())) {
        batch.add(next);
      }
    }
    return batch;
  }

  private Steer next(Random random, Operation operation) {
    InterruptMode mode =
        operation == Operation.RESUME
            ? InterruptMode.FINISH_STEP
            : InterruptMode.values()[random.nextInt(InterruptMode.values().length)];
    String instance = instances.get(random.nextInt(instances.size()));
    double kind = random.nextDouble();
    if (kind < REPLAYED + MISUSED && !sent.isEmpty()) {
      Steer earlier = earlier(random);
      String token = earlier.ticket().clientToken();
      return kind < REPLAYED
          ? StoreSession.steer(earlier.operation(), earlier.instanceId(), token, earlier.mode())
          : StoreSession.steer(operation, instance, token, mode);
    }
    String target = kind > 1 - UNKNOWN ? "ls-cn-unknown" : instance;
    String token = "token-" + tokens.incrementAndGet();
    Steer fresh = StoreSession.steer(operation, target, token, mode);
    // Known to the other connections before it is sent: they repeat it while it is in flight.
    sent.add(fresh);
    return fresh;
  }

  /** Half of the time one of the latest, which may be in flight on another connection. */
  private Steer earlier(Random random) {
    int size = sent.size();
    int back = random.nextInt(random.nextBoolean() ? size : Math.min(size, LATEST));
    return sent.get(size - 1 - back);
  }

  /** Runs a batch that was taken back again as a whole once, then in parts. */
  private void apply(StoreSession session, List<Steer> batch, int tries) {
    List<Applied> applied;
    try {
      applied = await(session.steer(batch));
    } catch (StoreException failure) {
      if (failure.kind() != StoreException.Kind.CONFLICT
          && failure.kind() != StoreException.Kind.ROLLED_BACK) {
        throw new IllegalStateException(failure);
      }
      retries.incrementAndGet();
      again(session, batch, tries);
      return;
    }
    for (int i = 0; i < batch.size(); i++) {
      answers.add(new Answered(batch.get(i), applied.get(i)));
    }
  }

  private void again(StoreSession session, List<Steer> batch, int tries) {
    if (tries == 1 || batch.size() == 1) {
      apply(session, batch, tries + 1);
      return;
    }
    int size = (batch.size() + PARTS - 1) / PARTS;
    for (int from = 0; from < batch.size(); from += size) {
      apply(session, batch.subList(from, Math.min(batch.size(), from + size)), 2);
    }
  }
}
