package io.holdpoint.task;

/**
 * How the step in flight settles after an interrupt. No mode lets a further step start; the order
 * of the constants is their strictness, and the SQL type {@code interrupt_mode} has the same order.
 */
public enum InterruptMode implements Term {
  /** The step in flight runs to its end. */
  FINISH_STEP,
  /** The step in flight ends at its next safe point. */
  SAFE_POINT,
  /** Waits are cut at once; the node may stay unsettled and is listed as such. */
  NOW;

  public boolean stricterThan(InterruptMode other) {
    return compareTo(other) > 0;
  }
}
