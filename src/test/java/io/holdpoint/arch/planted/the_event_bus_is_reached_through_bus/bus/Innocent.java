package io.holdpoint.arch.planted.the_event_bus_is_reached_through_bus.bus;

import io.vertx.core.eventbus.EventBus;

/** The protocol. */
public final class Innocent {
  public EventBus bus;
}
