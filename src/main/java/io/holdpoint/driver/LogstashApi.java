package io.holdpoint.driver;

import io.holdpoint.task.Node;
import java.util.concurrent.CompletionStage;

/** Asks a node's own API, through whatever driver reaches it. */
public final class LogstashApi {
  private final NodeDriver driver;

  public LogstashApi(NodeDriver driver) {
    this.driver = driver;
  }

  /** The node as it is now; never fails: what cannot be asked shows in the view. */
  public CompletionStage<NodeView> view(Node node) {
    throw new UnsupportedOperationException(driver.name());
  }

  /** The threads that are busy, as text: evidence for a stop that does not end. */
  public CompletionStage<String> hotThreads(Node node) {
    throw new UnsupportedOperationException(driver.name());
  }
}
