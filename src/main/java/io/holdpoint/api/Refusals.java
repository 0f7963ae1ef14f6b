package io.holdpoint.api;

import io.holdpoint.bus.TaskBus;
import io.holdpoint.task.Command;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Ticket;

/**
 * Tells a verified caller no before its command is given to the manager: what policies deny, what
 * cannot be read. A signed change that is refused so has used up its nonce all the same, so that
 * neither a copy has an effect once the policies are others, nor an altered one whose faults
 * somebody took out where nothing is signed. When that cannot be kept, the refusal is not told.
 */
final class Refusals {
  private final TaskBus bus;
  private final CommandInput input;

  Refusals(TaskBus bus, CommandInput input) {
    this.bus = bus;
    this.input = input;
  }

  /**
   * @param tell answers the exchange
   */
  void answer(Exchange exchange, ApiOperation operation, Runnable tell) {
    if (!operation.changing() || exchange.caller().claim() == null) {
      tell.run();
      return;
    }
    Operation refused = Operation.of(operation.id());
    String named = operation.instanceId(exchange.target().segments());
    String instanceId = named == null ? "" : named;
    Ticket ticket = input.refused(exchange, refused, instanceId);
    exchange.when(
        bus.ask(new Command.Refused(refused, ticket, instanceId)),
        kept -> {
          if (kept.kind() == Outcome.Kind.DENIED) {
            tell.run();
          } else {
            exchange.complete(kept);
          }
        });
  }
}
