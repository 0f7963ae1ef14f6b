package io.holdpoint.arch.planted.rooms_have_no_cycles.task;

/** One half of the circle. */
public final class Culprit {
  public io.holdpoint.arch.planted.rooms_have_no_cycles.bus.Culprit back;
}
