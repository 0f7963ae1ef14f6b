package io.holdpoint.driver;

import io.holdpoint.config.SimulatedConfig;
import io.holdpoint.task.Node;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that exist only in this process: for the first hour with the product, for the demo and for
 * tests of the engine. Each behaves by its own plan, given in the node's {@code settings}:
 *
 * <ul>
 *   <li>{@code stopMillis}, {@code startMillis}, {@code checkMillis}: how long each takes
 *   <li>{@code blockedStop} (true): a stop that never ends, as a blocked output causes
 *   <li>{@code failStarts} (n): the first n starts end in a dead process
 * </ul>
 */
public final class SimulatedDriver implements NodeDriver {
  private final SimulatedConfig config;
  private final LongSupplier nanoTime;
  private final ConcurrentMap<Identity, SimulatedNode> nodes = new ConcurrentHashMap<>();

  private record Identity(String accountId, String instanceId, String nodeId) {}

  /**
   * @param config the durations of nodes without settings of their own
   */
  public SimulatedDriver(SimulatedConfig config, LongSupplier nanoTime) {
    this.config = config;
    this.nanoTime = nanoTime;
  }

  @Override
  public String name() {
    return "simulated";
  }

  @Override
  public CompletionStage<Observation> observe(Node node) {
    long millis = millis(node, "checkMillis", config.check());
    return CompletableFuture.supplyAsync(
        () -> process(node).observe(nanoTime.getAsLong()), after(millis));
  }

  private static Executor after(long millis) {
    return millis <= 0
        ? Runnable::run
        : CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public CompletionStage<Void> stop(Node node) {
    boolean blocked = Boolean.TRUE.equals(node.settings().get("blockedStop"));
    long nanos = blocked ? Long.MAX_VALUE : nanos(node, "stopMillis", config.stop());
    process(node).stop(nanoTime.getAsLong(), nanos);
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Void> start(Node node) {
    int failures = node.settings().get("failStarts") instanceof Number n ? n.intValue() : 0;
    process(node).start(nanoTime.getAsLong(), nanos(node, "startMillis", config.start()), failures);
    return CompletableFuture.completedStage(null);
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

  private SimulatedNode process(Node node) {
    return nodes.computeIfAbsent(
        new Identity(node.accountId(), node.instanceId(), node.nodeId()),
        identity -> new SimulatedNode());
  }

  private static long nanos(Node node, String setting, Duration otherwise) {
    return TimeUnit.MILLISECONDS.toNanos(millis(node, setting, otherwise));
  }

  private static long millis(Node node, String setting, Duration otherwise) {
    Object value = node.settings().get(setting);
    return value instanceof Number number ? number.longValue() : otherwise.toMillis();
  }
}
