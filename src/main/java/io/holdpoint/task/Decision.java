package io.holdpoint.task;

/** What a human may answer to a step that the engine holds. */
public enum Decision implements Term {
  /** Look again, with new time. */
  WAIT,
  /** End the process now; what it had in flight is lost. */
  KILL,
  /** Take the node as it was found for the state before the change, and go on. */
  ACCEPT_DRIFT
}
