package io.holdpoint.cluster;

import org.jspecify.annotations.Nullable;

/**
 * One call of a client about one instance, as the client saw it.
 *
 * @param begun when it was sent for the first time, on a clock that all clients share
 * @param ended when its answer was there; {@link #NEVER} while there is none
 * @param answer null while there is none: it may have had its effect, or have it yet
 */
record Call(Kind kind, long begun, long ended, @Nullable Answer answer) {
  static final long NEVER = Long.MAX_VALUE;

  enum Kind {
    INTERRUPT,
    RESUME,
    READ,
    /** The engine itself suspends the task. */
    HOLD
  }

  /** What a call did or found. */
  enum Outcome {
    APPLIED,
    ALREADY,
    /** The answer of an earlier attempt was repeated: one of the two above. */
    REPLAYED,
    FOUND_SUSPENDED,
    FOUND_RUNNING
  }

  /**
   * @param epoch the task's, after the call
   */
  record Answer(Outcome outcome, long epoch) {}

  /** What a task that does not end by itself looks like from outside. */
  record State(boolean suspended, long epoch) {

    /** The state after a call at this moment. */
    State after(Kind kind) {
      boolean suspends = kind == Kind.INTERRUPT || kind == Kind.HOLD;
      boolean changes = suspends && !suspended || kind == Kind.RESUME && suspended;
      return changes ? new State(!suspended, epoch + 1) : this;
    }

    /** Whether a call at this moment could have been answered so. */
    boolean answers(Kind kind, Answer answer) {
      State after = after(kind);
      if (answer.epoch() != after.epoch()) {
        return false;
      }
      return switch (answer.outcome()) {
        case APPLIED -> kind != Kind.READ && !after.equals(this);
        case ALREADY -> kind != Kind.READ && after.equals(this);
        case REPLAYED -> kind != Kind.READ;
        case FOUND_SUSPENDED -> kind == Kind.READ && suspended;
        case FOUND_RUNNING -> kind == Kind.READ && !suspended;
      };
    }
  }
}
