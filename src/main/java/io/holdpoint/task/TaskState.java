package io.holdpoint.task;

/**
 * Where a change task stands. There is no failed state: what cannot go on is suspended with a
 * {@link Hold}, so that a human can always decide.
 */
public enum TaskState implements Term {
  PENDING,
  RUNNING,
  SUSPENDED,
  SUCCEEDED,
  REVERTED,
  ABANDONED;

  public boolean finished() {
    return this == SUCCEEDED || this == REVERTED || this == ABANDONED;
  }
}
