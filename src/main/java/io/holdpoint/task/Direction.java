package io.holdpoint.task;

/** Whether a task carries its change out or takes it back. */
public enum Direction implements Term {
  FORWARD,
  BACK
}
