package io.holdpoint.worker;

import io.holdpoint.driver.Capability;
import io.holdpoint.driver.FileState;
import io.holdpoint.driver.LogstashApi;
import io.holdpoint.driver.NodeDriver;
import io.holdpoint.driver.NodeSignal;
import io.holdpoint.driver.NodeView;
import io.holdpoint.driver.ProcessState;
import io.holdpoint.task.Node;
import io.holdpoint.task.NodeLayout;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A node as one step run reaches it: a look can be cut by an interrupt, a deed needs the lease and
 * is never cut. Futures complete on the worker's event loop.
 */
final class NodeAccess {
  private final StepRun run;
  private final Node node;
  private final NodeDriver driver;
  private final LogstashApi api;
  private final NodeLayout layout;
  private final Context context;

  NodeAccess(StepRun run, Node node, NodeDriver driver, Context context) {
    this.run = run;
    this.node = node;
    this.driver = driver;
    this.context = context;
    api = new LogstashApi(driver);
    layout = NodeLayout.of(node);
  }

  StepRun run() {
    return run;
  }

  String id() {
    return node.nodeId();
  }

  NodeDriver driver() {
    return driver;
  }

  Node node() {
    return node;
  }

  NodeLayout layout() {
    return layout;
  }

  /** A folder of this task on the node. */
  String workDirectory() {
    return layout.workDirectory() + "/" + run.claim().taskId();
  }

  Future<Void> require(Set<Capability> needed) {
    Set<Capability> has = driver.capabilities(node);
    return has.containsAll(needed)
        ? Future.succeededFuture()
        : Future.failedFuture(
            new StepEnd(
                StepEnd.Kind.NEEDS_HUMAN,
                "the driver of " + id() + " offers " + has + ", the change needs " + needed));
  }

  Future<NodeView> view() {
    return look(() -> api.view(node));
  }

  Future<String> hotThreads() {
    return look(() -> api.hotThreads(node));
  }

  Future<ProcessState> probe() {
    return look(() -> driver.probe(node));
  }

  Future<FileState> read(String path) {
    return look(() -> driver.read(node, path));
  }

  Future<@Nullable String> readLink(String path) {
    return look(() -> driver.readLink(node, path));
  }

  Future<String> stage(String target, byte[] content) {
    return act(() -> driver.stage(node, target, content));
  }

  /** Puts a file in place: staged, then renamed. */
  Future<Void> write(String target, byte[] content) {
    return stage(target, content).compose(staged -> commit(staged, target));
  }

  Future<Void> write(String target, String content) {
    return write(target, content.getBytes(StandardCharsets.UTF_8));
  }

  Future<Void> commit(String staged, String target) {
    return act(() -> driver.commit(node, staged, target));
  }

  Future<Void> link(String target, String link) {
    return act(() -> driver.link(node, target, link));
  }

  Future<Void> remove(String path) {
    return act(() -> driver.remove(node, path));
  }

  Future<Void> signal(NodeSignal signal) {
    return act(() -> driver.signal(node, signal));
  }

  Future<Void> start() {
    return act(() -> driver.start(node));
  }

  Future<Void> stop() {
    return act(() -> driver.stop(node));
  }

  <T> Future<T> look(Supplier<CompletionStage<T>> call) {
    return run.await(begin(call));
  }

  <T> Future<T> act(Supplier<CompletionStage<T>> call) {
    return run.act(() -> begin(call));
  }

  /** A driver that throws fails the step, not the worker. */
  private <T> Future<T> begin(Supplier<CompletionStage<T>> call) {
    try {
      return Future.fromCompletionStage(call.get(), context)
          .recover(
              failure ->
                  Future.failedFuture(
                      failure instanceof CompletionException && failure.getCause() != null
                          ? failure.getCause()
                          : failure));
    } catch (RuntimeException failure) {
      return Future.failedFuture(failure);
    }
  }
}
