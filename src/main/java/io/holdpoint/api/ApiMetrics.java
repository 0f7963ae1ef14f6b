package io.holdpoint.api;

import io.holdpoint.task.AuditDecision;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What the API counts; the names are listed in the README. */
final class ApiMetrics {
  private final Map<Operation, Map<Outcome.Kind, Timer>> commands = new EnumMap<>(Operation.class);
  private final Map<Bound, Map<Boolean, Counter>> shed = new EnumMap<>(Bound.class);
  private final Map<Boolean, Counter> throttled;
  private final Map<AuditDecision, Counter> decisions = new EnumMap<>(AuditDecision.class);
  private final Counter refused;
  private final Counter connectionsRefused;
  private final Counter connectionsSlow;

  /** What may be full when a request is turned away at once. */
  enum Bound {
    IN_FLIGHT("in-flight"),
    BODIES("bodies"),
    STREAMS("streams");

    private final String text;

    Bound(String text) {
      this.text = text;
    }
  }

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
    for (Bound bound : Bound.values()) {
      shed.put(
          bound,
          byKind(
              registry,
              Counter.builder("holdpoint.requests.shed")
                  .description("requests answered 503 at once because a bound was reached")
                  .tag("bound", bound.text)));
    }
    throttled =
        byKind(
            registry,
            Counter.builder("holdpoint.requests.throttled")
                .description("requests over the limit of their key or account"));
    connectionsSlow =
        Counter.builder("holdpoint.connections.slow")
            .description("connections closed because a handshake or a request head took too long")
            .register(registry);
    for (AuditDecision decision : AuditDecision.values()) {
      decisions.put(
          decision,
          Counter.builder("holdpoint.access")
              .description("calls by what was decided about them")
              .tag("decision", decision.text())
              .register(registry));
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

  private static Map<Boolean, Counter> byKind(MeterRegistry registry, Counter.Builder counter) {
    return Map.of(
        true, counter.tag("kind", "interrupt").register(registry),
        false, counter.tag("kind", "other").register(registry));
  }

  void watch(MeterRegistry registry, InFlight inFlight) {
    Gauge.builder("holdpoint.requests.in.flight", inFlight, InFlight::requests)
        .description("requests being answered")
        .register(registry);
    Gauge.builder("holdpoint.bodies.bytes", inFlight, InFlight::bodyBytes)
        .description("bytes of the bodies of requests being answered")
        .register(registry);
  }

  void watch(MeterRegistry registry, StreamHandlers streams) {
    Gauge.builder("holdpoint.stream.followers", streams, StreamHandlers::followers)
        .description("streams of events over HTTP that are open")
        .register(registry);
  }

  void command(Operation operation, Outcome.Kind kind, long arrivedNanos) {
    commands
        .get(operation)
        .get(kind)
        .record(System.nanoTime() - arrivedNanos, TimeUnit.NANOSECONDS);
  }

  void decided(AuditDecision decision) {
    decisions.get(decision).increment();
  }

  void connectionRefused() {
    connectionsRefused.increment();
  }

  void connectionSlow() {
    connectionsSlow.increment();
  }

  void shed(Bound bound, boolean interrupt) {
    shed.get(bound).get(interrupt).increment();
  }

  void throttled(boolean interrupt) {
    throttled.get(interrupt).increment();
  }

  void refused() {
    refused.increment();
  }
}
