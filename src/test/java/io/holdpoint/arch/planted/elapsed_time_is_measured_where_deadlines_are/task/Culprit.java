package io.holdpoint.arch.planted.elapsed_time_is_measured_where_deadlines_are.task;

/** A domain that watches a clock. */
public final class Culprit {
  public long begun = System.nanoTime();
}
