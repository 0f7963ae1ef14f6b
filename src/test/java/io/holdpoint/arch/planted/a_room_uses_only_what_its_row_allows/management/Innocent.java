package io.holdpoint.arch.planted.a_room_uses_only_what_its_row_allows.management;

/** Knows all that it may. */
public final class Innocent {
  public io.holdpoint.arch.planted.a_room_uses_only_what_its_row_allows.config.Culprit config;
}
