package io.holdpoint.api;

import io.holdpoint.bus.TaskBus;
import io.holdpoint.task.Command;

/** Gives commands to the task manager and answers with what became of them. */
final class Commands {
  private final TaskBus bus;
  private final ApiMetrics metrics;

  Commands(TaskBus bus, ApiMetrics metrics) {
    this.bus = bus;
    this.metrics = metrics;
  }

  void send(Exchange exchange, Command command) {
    exchange.when(
        bus.ask(command),
        outcome -> {
          exchange.complete(outcome);
          metrics.command(command.operation(), outcome.kind(), exchange.arrivedNanos());
        });
  }
}
