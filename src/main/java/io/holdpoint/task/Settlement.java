package io.holdpoint.task;

import org.jspecify.annotations.Nullable;

/**
 * How a claim ends.
 *
 * @param checkpoint JSON text for the next attempt; null keeps the present one
 * @param reason what went wrong or why it was put back, one line for the event
 * @param spentMillis active time of this attempt
 * @param holds the task must wait for a human now, whatever the number of failures
 */
public record Settlement(
    Result result,
    @Nullable String checkpoint,
    @Nullable String reason,
    long spentMillis,
    boolean holds) {

  /** The ways a claim can end. */
  public enum Result implements Term {
    DONE,
    /** Interruption is ordinary: it costs the step nothing. */
    PUT_BACK,
    FAILED
  }
}
