package io.holdpoint.arch.planted.the_event_bus_is_reached_through_bus.cluster;

import io.vertx.core.eventbus.EventBusOptions;

/** Says how the bus's wire is protected. */
public final class Innocent {
  public EventBusOptions options;
}
