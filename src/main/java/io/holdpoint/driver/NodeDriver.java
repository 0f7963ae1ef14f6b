package io.holdpoint.driver;

import io.holdpoint.task.Node;
import java.util.concurrent.CompletionStage;

/**
 * Reaches nodes of one kind. All calls return at once; a stage that fails carries a message for the
 * operator. Stages may complete on any thread.
 */
public interface NodeDriver {

  /** The name by which a node chooses its driver. */
  String name();

  /** Looks at the node without touching it. */
  CompletionStage<Observation> observe(Node node);

  /**
   * Asks the process to end and to finish what it has in flight, as SIGTERM does. The stage
   * completes when the request was delivered, not when the process is gone: that may take for ever.
   */
  CompletionStage<Void> stop(Node node);

  /** Starts the process. The stage completes when it was launched, not when it is good. */
  CompletionStage<Void> start(Node node);
}
