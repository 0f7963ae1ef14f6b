package io.holdpoint.task;

/**
 * The commercial side of an instance, beside its task: only a normal one can be changed. An
 * instance with an unfinished task is never frozen or expired.
 */
public enum Standing implements Term {
  NORMAL,
  FROZEN,
  EXPIRED
}
