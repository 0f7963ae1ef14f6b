package io.holdpoint.arch.planted.a_room_uses_only_what_its_row_allows;

/** The root may know everybody. */
public final class Innocent {
  public io.holdpoint.arch.planted.a_room_uses_only_what_its_row_allows.worker.Culprit worker;
  public io.holdpoint.arch.planted.a_room_uses_only_what_its_row_allows.cli.Innocent cli;
}
