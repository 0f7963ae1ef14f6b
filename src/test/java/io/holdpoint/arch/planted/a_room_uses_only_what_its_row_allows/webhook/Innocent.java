package io.holdpoint.arch.planted.a_room_uses_only_what_its_row_allows.webhook;

/** Knows all that it may. */
public final class Innocent {
  public io.holdpoint.arch.planted.a_room_uses_only_what_its_row_allows.task.Culprit task;
  public io.holdpoint.arch.planted.a_room_uses_only_what_its_row_allows.bus.Culprit bus;
  public io.holdpoint.arch.planted.a_room_uses_only_what_its_row_allows.store.Culprit store;
  public io.holdpoint.arch.planted.a_room_uses_only_what_its_row_allows.secret.Culprit secret;
  public io.holdpoint.arch.planted.a_room_uses_only_what_its_row_allows.config.Culprit config;
}
