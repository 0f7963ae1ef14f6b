package io.holdpoint.worker;

import io.holdpoint.task.Settlement;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/** What the worker counts; the names are listed in the README. */
final class WorkerMetrics {
  private final MeterRegistry registry;
  private final Counter begun;
  private final Counter lost;
  private final Counter recovered;
  private final Map<Settlement.Result, Counter> settled = new EnumMap<>(Settlement.Result.class);

  WorkerMetrics(MeterRegistry registry) {
    this.registry = registry;
    begun = counter("holdpoint.steps.begun", "steps this worker began");
    lost = counter("holdpoint.leases.lost", "leases this worker lost while a step ran");
    recovered = counter("holdpoint.leases.recovered", "steps put back after their worker died");
    for (Settlement.Result result : Settlement.Result.values()) {
      settled.put(
          result,
          Counter.builder("holdpoint.steps.settled")
              .description("steps this worker settled, by result")
              .tag("result", result.text())
              .register(registry));
    }
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  void watchInFlight(Supplier<Number> inFlight) {
    Gauge.builder("holdpoint.steps.in.flight", inFlight)
        .description("steps this worker runs now")
        .register(registry);
  }

  void begun(int steps) {
    begun.increment(steps);
  }

  void lost() {
    lost.increment();
  }

  void recovered() {
    recovered.increment();
  }

  void settled(Settlement.Result result) {
    settled.get(result).increment();
  }
}
