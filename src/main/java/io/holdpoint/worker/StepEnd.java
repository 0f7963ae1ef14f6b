package io.holdpoint.worker;

import io.holdpoint.task.Hold;
import org.jspecify.annotations.Nullable;

/**
 * Why a step ends before its work is done; an expected event without a stack trace. The message is
 * one line for the operator and goes into the task's history.
 */
final class StepEnd extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The ways to end early. */
  enum Kind {
    /** An interrupt, or this process stopping: put back with the checkpoint. */
    CUT(null),
    /** The lease is gone: write nothing. */
    LOST(null),
    /** The attempt failed: it counts. */
    FAILED(null),
    /** The node turned bad by the change: it counts against the failure budget. */
    BAD(null),
    /** The node is not as it was left: a human must say which state is meant. */
    DRIFT(Hold.DRIFT),
    /** A human must decide: the task is held. */
    NEEDS_HUMAN(Hold.NEEDS_HUMAN);

    private final @Nullable Hold hold;

    Kind(@Nullable Hold hold) {
      this.hold = hold;
    }

    @Nullable Hold hold() {
      return hold;
    }
  }

  private final Kind kind;

  StepEnd(Kind kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }
}
