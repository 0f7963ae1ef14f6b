package io.holdpoint.arch.planted.rooms_have_no_cycles.bus;

/** The other half. */
public final class Culprit {
  public io.holdpoint.arch.planted.rooms_have_no_cycles.task.Culprit there;
}
