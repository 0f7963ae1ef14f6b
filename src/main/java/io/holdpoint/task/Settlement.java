package io.holdpoint.task;

import org.jspecify.annotations.Nullable;

/**
 * How a claim ends.
 *
 * @param checkpoint JSON text for the next attempt; null keeps the present one
 * @param reason what went wrong or why it was put back, one line for the event
 * @param spentMillis active time of this attempt
 * @param hold a failure holds the task at once, for this reason; null leaves it to the number of
 *     failures
 * @param bad the node turned bad by the change: counts against the failure budget
 */
public record Settlement(
    Result result,
    @Nullable String checkpoint,
    @Nullable String reason,
    long spentMillis,
    @Nullable Hold hold,
    boolean bad) {

  /** The ways a claim can end. */
  public enum Result implements Term {
    DONE,
    /** Interruption is ordinary: it costs the step nothing. */
    PUT_BACK,
    FAILED
  }
}
