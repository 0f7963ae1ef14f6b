package io.holdpoint.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.config.HoldpointConfig;
import io.holdpoint.config.SimulatedConfig;
import io.holdpoint.config.WorkerConfig;
import io.holdpoint.driver.Drivers;
import io.holdpoint.driver.LogstashApi;
import io.holdpoint.driver.NodeDriver;
import io.holdpoint.driver.NodeView;
import io.holdpoint.driver.NodeViewDocument;
import io.holdpoint.driver.SimulatedDriver;
import io.holdpoint.task.Assignment;
import io.holdpoint.task.Change;
import io.holdpoint.task.Checkpoint;
import io.holdpoint.task.Direction;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.Node;
import io.holdpoint.task.Rollout;
import io.holdpoint.task.Settlement;
import io.holdpoint.task.StepAction;
import io.holdpoint.task.StepClaim;
import io.holdpoint.task.StepState;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One step of one worker, with a node that does only what the test tells it. */
class StepRunTest {
  private static final Duration LEASE = Duration.ofSeconds(15);
  private static final Duration LIMIT = Duration.ofMinutes(15);
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final AtomicLong clock = new AtomicLong();
  private final SimulatedDriver simulated =
      new SimulatedDriver(
          new SimulatedConfig(Duration.ZERO, Duration.ZERO, Duration.ZERO), System::nanoTime);
  private int stops;
  private Supplier<Future<Boolean>> saving = () -> Future.succeededFuture(true);

  @AfterEach
  void close() throws Exception {
    get(vertx.close());
  }

  @Test
  void stopThatWasNeverSentIsNotWaitedFor() throws Exception {
    Promise<Boolean> firstSave = Promise.promise();
    saving = firstSave::future;
    StepRun run = run(null);
    Future<Settlement> ended = start(run);
    onContext(
        () -> {
          run.endWith(new StepEnd(StepEnd.Kind.CUT, "its worker is stopping"));
          firstSave.complete(true);
        });

    Settlement settlement = get(ended);

    assertThat(settlement.result()).isEqualTo(Settlement.Result.PUT_BACK);
    assertThat(stops).isZero();
    assertThat(new JsonObject(settlement.checkpoint()).containsKey(Checkpoint.STOP_SENT)).isFalse();

    saving = () -> Future.succeededFuture(true);
    assertThat(get(start(run(settlement.checkpoint()))).result()).isEqualTo(Settlement.Result.DONE);
    assertThat(stops).isEqualTo(1);
  }

  @Test
  void nodeThatWasRestartedMeanwhileIsNotRestartedAgain() throws Exception {
    JsonObject baseline = NodeViewDocument.write(get(view()));
    String checkpoint =
        new JsonObject()
            .put(Checkpoint.BASELINE, baseline.put("ephemeralId", "another"))
            .put(Checkpoint.BEFORE, "another")
            .put(Checkpoint.STOP_SENT, true)
            .encode();

    Settlement settlement = get(start(run(checkpoint)));

    assertThat(settlement.result()).isEqualTo(Settlement.Result.DONE);
    assertThat(stops).isZero();
  }

  @Test
  void workerWhoseLeaseMayBeOverDoesNotTouchTheNode() throws Exception {
    Promise<Boolean> frozen = Promise.promise();
    saving = frozen::future;
    Future<Settlement> ended = start(run(null));
    clock.set(LEASE.toNanos() + 1);
    onContext(() -> frozen.complete(true));

    assertThat(get(ended)).isNull();
    assertThat(stops).isZero();
  }

  @Test
  void interruptBeforeTheStopIsAnsweredAtTheSafePoint() throws Exception {
    Promise<Boolean> firstSave = Promise.promise();
    saving = firstSave::future;
    StepRun run = run(null);
    Future<Settlement> ended = start(run);
    onContext(
        () -> {
          run.suspend(InterruptMode.SAFE_POINT, 6);
          // A reply that was sent before the interrupt must not undo it.
          run.resume(5);
          firstSave.complete(true);
        });

    assertThat(get(ended).result()).isEqualTo(Settlement.Result.PUT_BACK);
    assertThat(stops).isZero();
  }

  @Test
  void resumeOfTheNextEpochLetsTheStepGoOn() throws Exception {
    Promise<Boolean> firstSave = Promise.promise();
    saving = firstSave::future;
    StepRun run = run(null);
    Future<Settlement> ended = start(run);
    onContext(
        () -> {
          run.suspend(InterruptMode.SAFE_POINT, 6);
          run.resume(7);
          run.suspend(InterruptMode.NOW, 6);
          firstSave.complete(true);
        });

    assertThat(get(ended).result()).isEqualTo(Settlement.Result.DONE);
    assertThat(stops).isEqualTo(1);
  }

  @Test
  void onlyActiveTimeIsSpent() throws Exception {
    Promise<Boolean> firstSave = Promise.promise();
    saving = firstSave::future;
    StepRun run = run(null);
    Future<Settlement> ended = start(run);
    onContext(
        () -> {
          clock.addAndGet(Duration.ofSeconds(2).toNanos());
          run.suspend(InterruptMode.SAFE_POINT, 6);
          clock.addAndGet(Duration.ofSeconds(5).toNanos());
          firstSave.complete(true);
        });

    assertThat(get(ended).spentMillis()).isEqualTo(2_000);
  }

  private Future<NodeView> view() {
    return Future.fromCompletionStage(new LogstashApi(simulated).view(node()));
  }

  private StepRun run(String checkpoint) {
    StepClaim claim =
        new StepClaim(
            "default",
            UUID.randomUUID(),
            "ls-1",
            "restart",
            2,
            Direction.FORWARD,
            StepAction.RESTART,
            "node-1",
            1,
            5,
            0,
            checkpoint,
            null);
    return new StepRun(
        vertx, claim, (same, text, why) -> saving.get(), LEASE, clock.get(), LIMIT, clock::get);
  }

  private Future<Settlement> start(StepRun run) throws Exception {
    WorkerConfig config =
        HoldpointConfig.load(null, Map.of("HOLDPOINT_WORKER_OBSERVE_INTERVAL", "5ms")).worker();
    StepWork work =
        new StepWork(
            new Drivers(List.of(counting())),
            context,
            config,
            (claim, output) -> Future.succeededFuture(true));
    Assignment assignment =
        new Assignment(
            List.of(node()),
            new Change.Restart(Rollout.PLAIN),
            List.of(
                new Assignment.Planned(
                    2,
                    2,
                    Direction.FORWARD,
                    StepAction.RESTART,
                    "node-1",
                    StepState.RUNNING,
                    1,
                    false,
                    null)));
    Promise<Settlement> ended = Promise.promise();
    onContext(() -> run.run(() -> work.perform(run, assignment)).onComplete(ended));
    return ended.future();
  }

  private static Node node() {
    return new Node("default", "ls-1", "node-1", "10.0.0.1", "simulated", null, null, Map.of());
  }

  /** The simulated driver, with the stops counted. */
  private NodeDriver counting() {
    return (NodeDriver)
        Proxy.newProxyInstance(
            NodeDriver.class.getClassLoader(),
            new Class<?>[] {NodeDriver.class},
            (proxy, method, arguments) -> {
              stops += method.getName().equals("stop") ? 1 : 0;
              return method.invoke(simulated, arguments);
            });
  }

  private void onContext(Runnable act) throws Exception {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        ignored -> {
          act.run();
          done.complete();
        });
    get(done.future());
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
  }
}
