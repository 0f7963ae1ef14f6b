package io.holdpoint.driver;

import io.holdpoint.driver.NodeException.Kind;
import io.holdpoint.task.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Asks a node's own API, through whatever driver reaches it. */
public final class LogstashApi {
  static final int HOT_THREADS_LENGTH = 8_000;

  private static final String HOT_THREADS = "/_node/hot_threads?human=true";

  private final NodeDriver driver;

  public LogstashApi(NodeDriver driver) {
    this.driver = driver;
  }

  /**
   * The node as it is now; never fails: what cannot be asked shows in the view. A process that the
   * host cannot be asked about counts as up, because starting a second one does harm.
   */
  public CompletionStage<NodeView> view(Node node) {
    CompletionStage<ProcessState> process = begun(() -> driver.probe(node));
    CompletionStage<NodeDocuments> documents =
        documents(node)
            .thenCompose(
                seen ->
                    seen.ofOneProcess()
                        ? CompletableFuture.completedStage(seen)
                        : documents(node).thenApply(LogstashApi::ofOneProcess));
    return process
        .exceptionally(
            cause -> new ProcessState(true, null, "cannot see the process: " + message(cause)))
        .thenCompose(
            seen ->
                documents.handle(
                    (read, cause) -> {
                      if (!seen.up()) {
                        return NodeView.silent(seen, seen.detail());
                      }
                      return cause == null
                          ? read.view()
                          : NodeView.silent(seen, seen.detail() + "; " + message(cause));
                    }));
  }

  /** The threads that are busy, as text: evidence for a stop that does not end. */
  public CompletionStage<String> hotThreads(Node node) {
    return begun(() -> driver.get(node, HOT_THREADS))
        .thenApply(
            reply -> {
              NodeDocuments.requireOk(HOT_THREADS, reply);
              String text = reply.body();
              return text.length() <= HOT_THREADS_LENGTH
                  ? text
                  : text.substring(0, HOT_THREADS_LENGTH);
            })
        .exceptionally(cause -> "no threads to show: " + message(cause));
  }

  private CompletionStage<NodeDocuments> documents(Node node) {
    return begun(() -> driver.get(node, NodeDocuments.ROOT))
        .thenApply(reply -> NodeDocuments.begin(reply))
        .thenCompose(
            documents -> {
              List<CompletableFuture<Void>> others = new ArrayList<>();
              for (String path : documents.paths()) {
                others.add(
                    begun(() -> driver.get(node, path))
                        .thenAccept(reply -> documents.add(path, reply))
                        .toCompletableFuture());
              }
              return CompletableFuture.allOf(others.toArray(CompletableFuture[]::new))
                  .thenApply(all -> documents);
            });
  }

  private static NodeDocuments ofOneProcess(NodeDocuments documents) {
    if (!documents.ofOneProcess()) {
      throw new NodeException(
          Kind.REFUSED,
          "the API's answers come from more than one process, twice in a row: does it restart over"
              + " and over, or do two nodes share the address?");
    }
    return documents;
  }

  private static <T> CompletionStage<T> begun(Supplier<CompletionStage<T>> call) {
    try {
      return call.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private static String message(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof NodeException ? cause.getMessage() : cause.toString();
  }
}
