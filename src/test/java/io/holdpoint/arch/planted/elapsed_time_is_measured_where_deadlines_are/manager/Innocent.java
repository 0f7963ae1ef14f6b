package io.holdpoint.arch.planted.elapsed_time_is_measured_where_deadlines_are.manager;

/** Keeps a deadline. */
public final class Innocent {
  public long begun = System.nanoTime();
}
