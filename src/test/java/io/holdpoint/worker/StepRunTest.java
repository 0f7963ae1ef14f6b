package io.holdpoint.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.driver.ApiReply;
import io.holdpoint.driver.Capability;
import io.holdpoint.driver.Drivers;
import io.holdpoint.driver.FileState;
import io.holdpoint.driver.NodeCommand;
import io.holdpoint.driver.NodeDriver;
import io.holdpoint.driver.NodeSignal;
import io.holdpoint.driver.Observation;
import io.holdpoint.driver.ProcessState;
import io.holdpoint.driver.RunState;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.Node;
import io.holdpoint.task.Settlement;
import io.holdpoint.task.StepAction;
import io.holdpoint.task.StepClaim;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One step of one worker, with a node that does only what the test tells it. */
class StepRunTest {
  private static final Duration LEASE = Duration.ofSeconds(15);
  private static final Duration LIMIT = Duration.ofMinutes(15);
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final AtomicLong clock = new AtomicLong();
  private final FakeNode node = new FakeNode();
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
    assertThat(node.stops).isZero();
    assertThat(new JsonObject(settlement.checkpoint()).containsKey(StepWork.STOP_SENT)).isFalse();

    saving = () -> Future.succeededFuture(true);
    node.restartsAtOnce = true;
    assertThat(get(start(run(settlement.checkpoint()))).result()).isEqualTo(Settlement.Result.DONE);
    assertThat(node.stops).isEqualTo(1);
  }

  @Test
  void nodeThatWasRestartedMeanwhileIsNotRestartedAgain() throws Exception {
    Settlement settlement = get(start(run("{\"before\":\"another\",\"stopSent\":true}")));

    assertThat(settlement.result()).isEqualTo(Settlement.Result.DONE);
    assertThat(node.stops).isZero();
  }

  @Test
  void workerWhoseLeaseMayBeOverDoesNotTouchTheNode() throws Exception {
    Promise<Boolean> frozen = Promise.promise();
    saving = frozen::future;
    Future<Settlement> ended = start(run(null));
    clock.set(LEASE.toNanos() + 1);
    onContext(() -> frozen.complete(true));

    assertThat(get(ended)).isNull();
    assertThat(node.stops).isZero();
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
    assertThat(node.stops).isZero();
  }

  @Test
  void resumeOfTheNextEpochLetsTheStepGoOn() throws Exception {
    Promise<Boolean> firstSave = Promise.promise();
    saving = firstSave::future;
    node.restartsAtOnce = true;
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
    assertThat(node.stops).isEqualTo(1);
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

  private StepRun run(String checkpoint) {
    StepClaim claim =
        new StepClaim(
            "default",
            UUID.randomUUID(),
            "ls-1",
            "restart",
            2,
            StepAction.RESTART,
            "node-1",
            1,
            5,
            0,
            checkpoint);
    return new StepRun(
        vertx, claim, (same, text) -> saving.get(), LEASE, clock.get(), LIMIT, clock::get);
  }

  private Future<Settlement> start(StepRun run) throws Exception {
    StepWork work = new StepWork(new Drivers(List.of(node)), context, Duration.ofMillis(1));
    Node registered =
        new Node("default", "ls-1", "node-1", "10.0.0.1", "fake", null, null, Map.of());
    Promise<Settlement> ended = Promise.promise();
    onContext(() -> run.run(() -> work.perform(run, List.of(registered))).onComplete(ended));
    return ended.future();
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

  /** Up until it is stopped; comes back at once when the test wants it to. */
  private static final class FakeNode implements NodeDriver {
    private int stops;
    private int process;
    private boolean restartsAtOnce;

    @Override
    public String name() {
      return "fake";
    }

    @Override
    public CompletionStage<Observation> observe(Node node) {
      return CompletableFuture.completedStage(
          new Observation(true, true, "p" + process, "running"));
    }

    @Override
    public Set<Capability> capabilities(Node node) {
      return Set.of(Capability.LIFECYCLE);
    }

    @Override
    public CompletionStage<ProcessState> probe(Node node) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<FileState> read(Node node, String path) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<@Nullable String> readLink(Node node, String path) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<String> stage(Node node, String target, byte[] content) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> commit(Node node, String staged, String target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> link(Node node, String target, String link) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> remove(Node node, String path) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<RunState> run(Node node, NodeCommand command) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<RunState> runState(Node node, String commandId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> signal(Node node, NodeSignal signal) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<ApiReply> get(Node node, String path) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> stop(Node node) {
      stops++;
      process += restartsAtOnce ? 1 : 0;
      return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Void> start(Node node) {
      return CompletableFuture.completedStage(null);
    }
  }
}
