package io.holdpoint.task;

/** Everything that can be tried on a task; the columns of the table in {@link TaskTable}. */
public enum TaskMove implements Term {
  INTERRUPT,
  RESUME,
  REVERT,
  /** A human answers a hold of the engine; who may answer what is the statement's business. */
  DECIDE,
  ABANDON,
  /** A worker wants to begin a step. */
  CLAIM,
  /** A worker reports the last step of the plan as done. */
  LAST_STEP_DONE,
  /** The engine stops the task by itself, with a {@link Hold}. */
  HOLD
}
