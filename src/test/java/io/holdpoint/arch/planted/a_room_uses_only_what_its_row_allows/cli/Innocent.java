package io.holdpoint.arch.planted.a_room_uses_only_what_its_row_allows.cli;

/** Knows all that it may. */
public final class Innocent {
  public io.holdpoint.arch.planted.a_room_uses_only_what_its_row_allows.worker.Culprit worker;
  public io.holdpoint.arch.planted.a_room_uses_only_what_its_row_allows.api.Culprit api;
  public io.holdpoint.arch.planted.a_room_uses_only_what_its_row_allows.management.Culprit
      management;
}
