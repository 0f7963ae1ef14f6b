package io.holdpoint.arch.planted.rooms_have_no_cycles.store;

/** Looks at the circle from outside. */
public final class Innocent {
  public io.holdpoint.arch.planted.rooms_have_no_cycles.task.Culprit there;
}
