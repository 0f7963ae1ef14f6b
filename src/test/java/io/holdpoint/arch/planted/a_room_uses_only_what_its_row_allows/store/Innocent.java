package io.holdpoint.arch.planted.a_room_uses_only_what_its_row_allows.store;

/** Knows all that it may. */
public final class Innocent {
  public io.holdpoint.arch.planted.a_room_uses_only_what_its_row_allows.auth.Culprit auth;
  public io.holdpoint.arch.planted.a_room_uses_only_what_its_row_allows.task.Culprit task;
  public io.holdpoint.arch.planted.a_room_uses_only_what_its_row_allows.config.Culprit config;
  public io.holdpoint.arch.planted.a_room_uses_only_what_its_row_allows.secret.Culprit secret;
}
