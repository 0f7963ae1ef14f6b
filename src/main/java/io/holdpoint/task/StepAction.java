package io.holdpoint.task;

/** What a step does; the order is that of a plan. */
public enum StepAction implements Term {
  /** Looks at every node of the change before anything is touched. */
  CHECK,
  /** Gets one node ready: backup, staged files, validation. The running node does not notice. */
  PREPARE,
  /** Stops one node, brings it back and waits until it is good. */
  RESTART,
  /** Makes the change on one node and waits until it is good; stop and start included. */
  APPLY,
  /** Watches a changed node for a while. */
  SOAK,
  /** Takes the change of one node back. */
  REVERT,
  /** Looks at every node again; changes nothing, so it can be repeated at will. */
  VERIFY
}
