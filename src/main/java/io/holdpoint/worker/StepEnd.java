package io.holdpoint.worker;

/**
 * Why a step ends before its work is done; an expected event without a stack trace. The message is
 * one line for the operator and goes into the task's history.
 */
final class StepEnd extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The ways to end early. */
  enum Kind {
    /** An interrupt, or this process stopping: put back with the checkpoint. */
    CUT,
    /** The lease is gone: write nothing. */
    LOST,
    /** The attempt failed: it counts. */
    FAILED,
    /** A human must decide: the task is held. */
    NEEDS_HUMAN
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
