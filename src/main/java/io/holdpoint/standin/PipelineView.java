package io.holdpoint.standin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline as the API shows it.
 *
 * @param present false of one that was removed and still shows up
 * @param shown what came up last; null when nothing ever did
 * @param events that went in and out, and wait in a persistent queue
 */
record PipelineView(
    String id,
    boolean present,
    State state,
    @Nullable PipelineConfig shown,
    @Nullable String ephemeralId,
    Reloads reloads,
    Events events) {

  /** In the order of badness; the node's status is the worst one's. */
  enum State {
    RUNNING("green", 0),
    UNKNOWN("unknown", 1),
    LOADING("yellow", 2),
    TERMINATED("red", 3);

    final String status;
    final int badness;

    State(String status, int badness) {
      this.status = status;
      this.badness = badness;
    }
  }

  record Events(long in, long out, long queued) {}

  record Reloads(
      long successes,
      long failures,
      @Nullable String lastError,
      @Nullable Instant lastSuccess,
      @Nullable Instant lastFailure) {
    static final Reloads NONE = new Reloads(0, 0, null, null, null);

    Reloads succeeded(Instant now) {
      return new Reloads(successes + 1, failures, lastError, now, lastFailure);
    }

    Reloads failed(String error, Instant now) {
      return new Reloads(successes, failures + 1, error, lastSuccess, now);
    }

    /** As a creation does: the counters stay. */
    Reloads begunAnew() {
      return new Reloads(successes, failures, null, null, null);
    }
  }
}
