package io.holdpoint.api;

import io.holdpoint.bus.TaskBus;
import io.holdpoint.task.Answer;
import io.holdpoint.task.Command;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Query;
import io.holdpoint.task.ServiceNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.validation.ValidatedRequest;
import java.util.UUID;

/**
 * The resources under {@code /v1/nodes}: the processes of this service, which serve all accounts.
 * They are the operator's, whose account is {@value #OPERATOR}; nobody else's keys reach them.
 */
final class ServiceNodeHandlers {
  static final String OPERATOR = "default";

  private final TaskBus bus;
  private final CommandInput input;

  ServiceNodeHandlers(TaskBus bus, CommandInput input) {
    this.bus = bus;
    this.input = input;
  }

  void list(Exchange exchange, ValidatedRequest request) {
    onlyOperator(exchange);
    exchange.when(
        bus.ask(new Query.ListServiceNodes(exchange.accountId())),
        answer ->
            Answers.reply(
                exchange,
                answer,
                Answer.ServiceNodes.class,
                found -> exchange.succeed(document(found).encode())));
  }

  void drain(Exchange exchange, ValidatedRequest request) {
    ask(exchange, Operation.DRAIN_NODE);
  }

  void undrain(Exchange exchange, ValidatedRequest request) {
    ask(exchange, Operation.UNDRAIN_NODE);
  }

  private void ask(Exchange exchange, Operation operation) {
    onlyOperator(exchange);
    String nodeId = exchange.target().segments().get(2);
    var ticket = input.ticket(exchange, operation, nodeId);
    exchange.when(
        bus.ask(
            new Command.DrainNode(
                ticket, UUID.fromString(nodeId), operation == Operation.DRAIN_NODE)),
        outcome -> {
          if (outcome.kind() == Outcome.Kind.NOT_FOUND) {
            exchange.fail(ApiError.NODE_NOT_FOUND);
          } else {
            exchange.complete(outcome);
          }
        });
  }

  private static void onlyOperator(Exchange exchange) {
    if (!exchange.accountId().equals(OPERATOR)) {
      throw new ApiException(ApiError.FORBIDDEN, "");
    }
  }

  private static JsonObject document(Answer.ServiceNodes found) {
    JsonArray nodes = new JsonArray();
    for (ServiceNode node : found.nodes()) {
      nodes.add(
          new JsonObject()
              .put("nodeId", node.nodeId().toString())
              .put("name", node.name())
              .put("version", node.version())
              .put("worker", node.worker())
              .put("draining", node.draining())
              .put("alive", node.alive())
              .put("leases", node.leases())
              .put("startedAt", LogstashDocument.time(node.startedAt()))
              .put("seenAt", LogstashDocument.time(node.seenAt())));
    }
    return new JsonObject().put("nodes", nodes);
  }
}
