package io.holdpoint.task;

/** What a step does. */
public enum StepAction implements Term {
  /** Looks at every node of the instance before anything is touched. */
  CHECK,
  /** Stops one node, brings it back and waits until it is good. */
  RESTART,
  /** Looks at every node again; changes nothing, so it can be repeated at will. */
  VERIFY
}
