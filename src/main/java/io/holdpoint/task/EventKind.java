package io.holdpoint.task;

/** What an event of a task's history says; the words of {@code events.kind}. */
public enum EventKind implements Term {
  CREATED,
  STARTED,
  STEP_BEGUN,
  STEP_DONE,
  /** The step left its worker without an end: cut, handed back or its lease ran out. */
  STEP_PUT_BACK,
  STEP_FAILED,
  INTERRUPTED,
  /** A stricter mode took the place of the first one while a step was still in flight. */
  INTERRUPT_TIGHTENED,
  HELD,
  /** The last step in flight settled after an interrupt. */
  QUIESCED,
  RESUMED,
  /** A human answered a hold; the task runs again. */
  DECIDED,
  /** The task runs again, back. */
  REVERTING,
  SUCCEEDED,
  REVERTED,
  ABANDONED
}
