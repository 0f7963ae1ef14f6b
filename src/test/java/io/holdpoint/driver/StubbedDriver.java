package io.holdpoint.driver;

import io.holdpoint.task.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A driver that only looks: its process is told, its API is a function of the path. */
final class StubbedDriver implements NodeDriver {
  static final ProcessState RUNNING = new ProcessState(true, 42L, "running");

  private final CompletionStage<ProcessState> process;
  private final Function<String, ApiReply> api;
  private final List<String> asked = new ArrayList<>();

  StubbedDriver(Function<String, ApiReply> api) {
    this(CompletableFuture.completedStage(RUNNING), api);
  }

  StubbedDriver(CompletionStage<ProcessState> process, Function<String, ApiReply> api) {
    this.process = process;
    this.api = api;
  }

  List<String> asked() {
    return asked;
  }

  @Override
  public String name() {
    return "stubbed";
  }

  @Override
  public Set<Capability> capabilities(Node node) {
    return Set.of();
  }

  @Override
  public CompletionStage<ProcessState> probe(Node node) {
    return process;
  }

  /** What the function throws comes back as a failed stage. */
  @Override
  public CompletionStage<ApiReply> get(Node node, String path) {
    asked.add(path);
    return CompletableFuture.completedFuture(path).thenApply(api);
  }

  @Override
  public CompletionStage<FileState> read(Node node, String path) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<String> readLink(Node node, String path) {
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
  public CompletionStage<Void> start(Node node) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<Void> stop(Node node) {
    throw new UnsupportedOperationException();
  }
}
