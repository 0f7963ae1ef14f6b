package io.holdpoint.arch.planted.the_event_bus_is_reached_through_bus.manager;

import io.vertx.core.Vertx;

/** Invents an address. */
public final class Culprit {
  public void tell(Vertx vertx) {
    vertx.eventBus().publish("anywhere", "anything");
  }
}
