package io.holdpoint.api;

import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What the API counts; the names are listed in the README. */
final class ApiMetrics {
  private final Map<Operation, Map<Outcome.Kind, Timer>> commands = new EnumMap<>(Operation.class);
  private final Counter refused;
  private final Counter connectionsRefused;

  ApiMetrics(MeterRegistry registry) {
    for (Operation operation : Operation.values()) {
      Map<Outcome.Kind, Timer> byKind = new EnumMap<>(Outcome.Kind.class);
      for (Outcome.Kind kind : Outcome.Kind.values()) {
        byKind.put(
            kind,
            Timer.builder("holdpoint.commands")
                .description("commands from arrival to reply, by outcome")
                .tag("operation", operation.apiName())
                .tag("outcome", kind.text())
                .serviceLevelObjectives(
                    Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofSeconds(1))
                .register(registry));
      }
      commands.put(operation, byKind);
    }
    connectionsRefused =
        Counter.builder("holdpoint.connections.refused")
            .description("connections closed at once because there were too many")
            .register(registry);
    refused =
        Counter.builder("holdpoint.requests.refused")
            .description("messages refused at the edge, before they were read as a request")
            .register(registry);
  }

  void command(Operation operation, Outcome.Kind kind, long arrivedNanos) {
    commands
        .get(operation)
        .get(kind)
        .record(System.nanoTime() - arrivedNanos, TimeUnit.NANOSECONDS);
  }

  void connectionRefused() {
    connectionsRefused.increment();
  }

  void refused() {
    refused.increment();
  }
}
