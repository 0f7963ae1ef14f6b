package io.holdpoint.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** What the sending of webhooks counts; the names are listed in the README. */
final class DeliveryMetrics {
  private final MeterRegistry registry;
  private final Map<Receipt.Kind, Counter> attempts = new EnumMap<>(Receipt.Kind.class);
  private final Counter postponed;
  private final Counter deadLetters;
  private final Counter paused;
  private final Counter lost;

  DeliveryMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (Receipt.Kind kind : Receipt.Kind.values()) {
      attempts.put(
          kind,
          Counter.builder("holdpoint.webhook.attempts")
              .description("requests to receivers of webhooks, by outcome")
              .tag("outcome", kind.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    postponed =
        counter("postponed", "webhooks not tried: their host is not allowed or their key not here");
    deadLetters = counter("dead.letters", "events given up after all their attempts");
    paused = counter("paused", "webhooks that stopped until they are put again");
    lost = counter("leases.lost", "webhooks that this node lost while it had them");
  }

  private Counter counter(String name, String description) {
    return Counter.builder("holdpoint.webhook." + name).description(description).register(registry);
  }

  void watchInFlight(Supplier<Number> inFlight) {
    Gauge.builder("holdpoint.webhook.in.flight", inFlight)
        .description("webhooks that this node has now")
        .register(registry);
  }

  void attempted(Receipt.Kind kind) {
    attempts.get(kind).increment();
  }

  void postponed() {
    postponed.increment();
  }

  void deadLetter() {
    deadLetters.increment();
  }

  void paused() {
    paused.increment();
  }

  void lost() {
    lost.increment();
  }
}
