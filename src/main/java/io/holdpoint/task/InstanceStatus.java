package io.holdpoint.task;

import org.jspecify.annotations.Nullable;

/** The {@code status} of an instance on the wire; always derived, never stored. */
public enum InstanceStatus implements Term {
  ACTIVE,
  ACTIVATING,
  SUSPENDED,
  INACTIVE,
  INVALID;

  /**
   * @param unfinished the state of the instance's unfinished task; null when it has none
   */
  public static InstanceStatus of(Standing standing, @Nullable TaskState unfinished) {
    return switch (standing) {
      case FROZEN -> INACTIVE;
      case EXPIRED -> INVALID;
      case NORMAL -> {
        if (unfinished == null || unfinished.finished()) {
          yield ACTIVE;
        }
        yield unfinished == TaskState.SUSPENDED ? SUSPENDED : ACTIVATING;
      }
    };
  }
}
