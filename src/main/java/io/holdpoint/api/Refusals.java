package io.holdpoint.api;

import io.holdpoint.auth.AccessDeniedDetail;
import io.holdpoint.bus.TaskBus;
import io.holdpoint.task.Command;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Ticket;

/**
 * Answers what policies deny. A denied change uses up its nonce, so that a copy of it has no effect
 * either once the policies are others.
 */
final class Denials {
  private final TaskBus bus;
  private final CommandInput input;

  Denials(TaskBus bus, CommandInput input) {
    this.bus = bus;
    this.input = input;
  }

  void answer(Exchange exchange, ApiOperation operation, AccessDeniedDetail detail) {
    if (!operation.changing()) {
      exchange.deny(detail);
      return;
    }
    Operation denied = Operation.of(operation.id());
    String instanceId = operation.instanceId(exchange.target().segments());
    Ticket ticket = input.denied(exchange, denied, instanceId == null ? "" : instanceId);
    bus.ask(new Command.Denied(denied, ticket, instanceId == null ? "" : instanceId))
        .onComplete(
            kept -> {
              if (kept.succeeded() && kept.result().kind() == Outcome.Kind.NONCE_USED) {
                exchange.fail(ApiError.NONCE_USED);
              } else {
                exchange.deny(detail);
              }
            });
  }
}
