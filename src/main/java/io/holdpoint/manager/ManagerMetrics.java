package io.holdpoint.manager;

import io.holdpoint.store.StoreException;
import io.holdpoint.task.Operation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** What the manager counts; the names are listed in the README. */
final class ManagerMetrics {
  private final MeterRegistry registry;
  private final DistributionSummary batchSize;
  private final Counter expired;
  private final Map<Operation, Counter> overloaded = new EnumMap<>(Operation.class);
  private final Map<StoreException.Kind, Counter> retried =
      new EnumMap<>(StoreException.Kind.class);

  ManagerMetrics(MeterRegistry registry) {
    this.registry = registry;
    batchSize =
        DistributionSummary.builder("holdpoint.batch.size")
            .description("commands per statement")
            .register(registry);
    expired =
        Counter.builder("holdpoint.commands.expired")
            .description("commands whose deadline passed without a definite answer")
            .register(registry);
    for (Operation operation : Operation.values()) {
      overloaded.put(
          operation,
          Counter.builder("holdpoint.commands.overloaded")
              .description("commands turned away because the queue was full")
              .tag("operation", operation.apiName())
              .register(registry));
    }
    for (StoreException.Kind kind : StoreException.Kind.values()) {
      retried.put(
          kind,
          Counter.builder("holdpoint.batch.retries")
              .description("statements that failed, by what is known of their effect")
              .tag("kind", kind.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
  }

  void watchQueue(Supplier<Number> waiting, Supplier<Number> waitingBytes) {
    Gauge.builder("holdpoint.commands.waiting", waiting)
        .description("commands in the queue or in flight")
        .register(registry);
    Gauge.builder("holdpoint.commands.waiting.bytes", waitingBytes)
        .description("bytes that waiting commands hold, estimated")
        .register(registry);
  }

  void batch(int size) {
    batchSize.record(size);
  }

  void expired() {
    expired.increment();
  }

  void overloaded(Operation operation) {
    overloaded.get(operation).increment();
  }

  void retried(StoreException.Kind kind) {
    retried.get(kind).increment();
  }
}
