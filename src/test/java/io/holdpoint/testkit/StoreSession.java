package io.holdpoint.testkit;

import io.holdpoint.store.Database;
import io.holdpoint.store.InstanceStore;
import io.holdpoint.store.InstanceStore.PlannedChange;
import io.holdpoint.store.SteerStore;
import io.holdpoint.store.SteerStore.Applied;
import io.holdpoint.store.StepStore;
import io.holdpoint.store.StoreException;
import io.holdpoint.store.TurnStore;
import io.holdpoint.task.Change;
import io.holdpoint.task.Command.StartChange;
import io.holdpoint.task.Command.Steer;
import io.holdpoint.task.Command.Turn;
import io.holdpoint.task.Decision;
import io.holdpoint.task.Fingerprint;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Plan;
import io.holdpoint.task.Rollout;
import io.holdpoint.task.Settlement;
import io.holdpoint.task.Settlement.Result;
import io.holdpoint.task.StepClaim;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.task.Ticket;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The stores over connections of their own, as one more node would have them. For one thread. */
public final class StoreSession implements AutoCloseable {
  private static final long TIMEOUT_MILLIS = 15_000;
  private static final long PATIENCE_SECONDS = 20;
  private static final Duration LEASE = Duration.ofMinutes(5);

  /** Failed attempts of one step that hold its task. */
  private static final int MAX_FAILURES = 2;

  private final StorePools pools;
  private final SteerStore steers;
  private final StepStore steps;
  private final InstanceStore instances;
  private final TurnStore turns;

  public StoreSession(TestDatabase database) {
    this(new StorePools(database));
  }

  /** One that waits long for a lock, for a test that holds it. */
  public static StoreSession patient(TestDatabase database) {
    return new StoreSession(StorePools.patient(database));
  }

  private StoreSession(StorePools pools) {
    this.pools = pools;
    Database database = pools.database();
    steers = new SteerStore(pools.vertx(), database);
    steps = new StepStore(database, UUID.randomUUID(), LEASE, MAX_FAILURES);
    instances = new InstanceStore(database);
    turns = new TurnStore(database);
  }

  public StepStore steps() {
    return steps;
  }

  public TurnStore turns() {
    return turns;
  }

  public Future<List<Applied>> steer(List<Steer> batch) {
    return steers.apply(batch.get(0).operation(), batch, TIMEOUT_MILLIS);
  }

  public Future<Applied> steer(Steer command) {
    return steer(List.of(command)).map(applied -> applied.get(0));
  }

  /** The steps that its worker may run from now on, of whatever task. */
  public List<StepClaim> claim(int limit) {
    return await(steps.claim(limit, 0, 1)).claims();
  }

  public List<TaskEvent> settle(StepClaim claim, Result result) {
    return await(settling(claim, result));
  }

  public Future<List<TaskEvent>> settling(StepClaim claim, Result result) {
    String reason = result == Result.DONE ? null : "told so";
    return steps.settle(claim, new Settlement(result, "{}", reason, 1, null, false), Duration.ZERO);
  }

  /** Starts a change of an instance whose nodes were never replaced. */
  public Outcome start(String instanceId, Plan plan) {
    return await(starting(instanceId, plan));
  }

  /** Starts a change of each; no more of them than questions may wait for a connection. */
  public void startAll(List<String> instanceIds, Plan plan) {
    await(Future.join(instanceIds.stream().map(id -> starting(id, plan)).toList()));
  }

  private Future<Outcome> starting(String instanceId, Plan plan) {
    UUID requestId = UUID.randomUUID();
    Ticket ticket =
        ticket(
            Ticket.internalToken(requestId),
            requestId,
            Fingerprint.of(Operation.RESTART, instanceId));
    StartChange restart =
        new StartChange(
            Operation.RESTART, ticket, instanceId, new Change.Restart(Rollout.PLAIN), "{}");
    PlannedChange change = new PlannedChange(UUID.randomUUID(), 1, plan);
    return instances.start(restart, change).map(InstanceStore.Started::outcome);
  }

  public static Steer interrupt(String instanceId, String token, InterruptMode mode) {
    return steer(Operation.INTERRUPT, instanceId, token, mode);
  }

  public static Steer resume(String instanceId, String token) {
    return steer(Operation.RESUME, instanceId, token, InterruptMode.FINISH_STEP);
  }

  /** A request of its own; the same token and intent make it a repeat. */
  public static Steer steer(
      Operation operation, String instanceId, String token, InterruptMode mode) {
    byte[] fingerprint = Fingerprint.of(operation, instanceId, mode.text());
    return new Steer(operation, ticket(token, UUID.randomUUID(), fingerprint), instanceId, mode);
  }

  /** A turn of a task; the same token and intent make it a repeat. */
  public static Turn turn(
      Operation operation, String instanceId, String token, @Nullable Decision decision) {
    String word = decision == null ? "" : decision.text();
    byte[] fingerprint = Fingerprint.of(operation, instanceId, word);
    Ticket ticket = ticket(token, UUID.randomUUID(), fingerprint);
    return new Turn(operation, ticket, instanceId, decision, null);
  }

  private static Ticket ticket(String token, UUID requestId, byte[] fingerprint) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
    return new Ticket("default", token, requestId, fingerprint, "a test", null, deadline);
  }

  /** The value of a future of a store; its {@link StoreException} as it is. */
  public static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw StoreException.of(e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("no end in " + PATIENCE_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    await(steers.close());
    pools.close();
  }
}
