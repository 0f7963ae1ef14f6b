package io.holdpoint.api;

import io.holdpoint.task.Command.Steer;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Ticket;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * InterruptLogstashTask and ResumeLogstashTask: the hot path. Reads its few fields by hand instead
 * of through the contract's validator, which costs five times the processor time of a plain route.
 */
final class SteerRoute {
  private static final Set<String> KNOWN = Set.of(CommandInput.CLIENT_TOKEN);

  private final Commands commands;
  private final CommandInput input;
  private final AccessGate gate;
  private final ApiOperation interrupt;
  private final ApiOperation resume;

  SteerRoute(Commands commands, CommandInput input, AccessGate gate, Contract contract) {
    this.commands = commands;
    this.input = input;
    this.gate = gate;
    interrupt = contract.operation(Operation.INTERRUPT.apiName());
    resume = contract.operation(Operation.RESUME.apiName());
  }

  /** The operation that {@code exchange} asks for; null when it is none of the two. */
  static @Nullable Operation operation(Exchange exchange) {
    List<String> path = exchange.target().segments();
    if (path.size() != 5
        || !exchange.request().method().equals(HttpMethod.POST)
        || !path.get(0).equals("openapi")
        || !path.get(1).equals("logstashes")
        || !path.get(3).equals("actions")) {
      return null;
    }
    return switch (path.get(4)) {
      case "interrupt" -> Operation.INTERRUPT;
      case "resume" -> Operation.RESUME;
      default -> null;
    };
  }

  /**
   * @param body means nothing to these operations, but some clients send and sign one
   */
  void handle(Exchange exchange, Operation operation, byte[] body) {
    gate.admit(
        exchange,
        operation == Operation.INTERRUPT ? interrupt : resume,
        body,
        () -> commands.send(exchange, command(exchange, operation)));
  }

  private Steer command(Exchange exchange, Operation operation) {
    CommandInput.refuseUnknown(exchange.target(), KNOWN);
    InterruptMode mode =
        operation == Operation.INTERRUPT ? CommandInput.mode(exchange) : InterruptMode.FINISH_STEP;
    String instanceId = exchange.target().segments().get(2);
    Ticket ticket = input.ticket(exchange, operation, instanceId, mode.text());
    return new Steer(operation, ticket, CommandInput.instanceId(instanceId), mode);
  }
}
