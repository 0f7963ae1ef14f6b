package io.holdpoint.arch.planted.a_room_uses_only_what_its_row_allows.webhook;

/** Knows worker. */
public final class Culprit {
  public io.holdpoint.arch.planted.a_room_uses_only_what_its_row_allows.worker.Culprit forbidden;
}
