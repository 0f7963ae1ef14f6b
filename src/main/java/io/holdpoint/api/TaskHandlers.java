package io.holdpoint.api;

import io.holdpoint.bus.TaskBus;
import io.holdpoint.task.Answer;
import io.holdpoint.task.ChangeTask;
import io.holdpoint.task.Command;
import io.holdpoint.task.Node;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Query;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatedRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The resources under {@code /v1/instances/{InstanceId}}: nodes, task, events. */
final class TaskHandlers {
  private static final int DEFAULT_EVENTS = 100;

  private final TaskBus bus;
  private final CommandInput input;

  TaskHandlers(TaskBus bus, CommandInput input) {
    this.bus = bus;
    this.input = input;
  }

  void task(Exchange exchange, ValidatedRequest request) {
    exchange.when(
        bus.ask(describe(exchange)),
        answer ->
            Answers.reply(
                exchange,
                answer,
                Answer.Described.class,
                found -> {
                  ChangeTask task = found.instance().task();
                  exchange.succeed(task == null ? "null" : TaskDocument.of(task).encode());
                }));
  }

  void events(Exchange exchange, ValidatedRequest request) {
    RequestParameter taskId = request.getQuery().get("taskId");
    var query =
        new Query.ListEvents(
            exchange.accountId(),
            instanceId(exchange),
            taskId == null || taskId.isNull() ? null : UUID.fromString(taskId.getString()),
            request.getQuery().get("after").getLong(0L),
            request.getQuery().get("limit").getInteger(DEFAULT_EVENTS));
    exchange.when(
        bus.ask(query),
        answer ->
            Answers.reply(
                exchange,
                answer,
                Answer.History.class,
                found -> exchange.succeed(TaskDocument.events(found.events()).encode())));
  }

  void nodes(Exchange exchange, ValidatedRequest request) {
    exchange.when(
        bus.ask(describe(exchange)),
        answer ->
            Answers.reply(
                exchange,
                answer,
                Answer.Described.class,
                found -> exchange.succeed(TaskDocument.nodes(found.instance().nodes()).encode())));
  }

  void putNodes(Exchange exchange, ValidatedRequest request) {
    String asked = exchange.target().segments().get(2);
    JsonArray entries = request.getBody().getJsonObject().getJsonArray("nodes");
    List<Node> nodes = read(exchange.accountId(), asked, entries);
    var ticket = input.ticket(exchange, Operation.PUT_NODES, asked, entries.encode());
    exchange.when(
        bus.ask(new Command.PutNodes(ticket, CommandInput.instanceId(asked), nodes)),
        outcome -> {
          boolean done = outcome.kind().recorded();
          exchange.complete(
              done ? outcome.withResult(TaskDocument.nodes(nodes).encode()) : outcome);
        });
  }

  private static List<Node> read(String accountId, String instanceId, JsonArray entries) {
    List<Node> nodes = new ArrayList<>(entries.size());
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < entries.size(); i++) {
      JsonObject entry = entries.getJsonObject(i);
      String nodeId = entry.getString("nodeId", "node-" + (i + 1));
      if (!ids.add(nodeId)) {
        throw new ApiException(ApiError.INVALID_PARAMETER, "nodes." + i + ".nodeId");
      }
      JsonObject settings = entry.getJsonObject("settings", new JsonObject());
      if (settings.encode().contains("\\u0000")) {
        throw new ApiException(ApiError.INVALID_PARAMETER, "nodes." + i + ".settings");
      }
      nodes.add(
          new Node(
              accountId,
              instanceId,
              nodeId,
              entry.getString("address"),
              entry.getString("driver"),
              entry.getString("apiEndpoint"),
              entry.getString("credential"),
              settings.getMap()));
    }
    return nodes;
  }

  private static Query.DescribeInstance describe(Exchange exchange) {
    return new Query.DescribeInstance(exchange.accountId(), instanceId(exchange));
  }

  private static String instanceId(Exchange exchange) {
    return CommandInput.instanceId(exchange.target().segments().get(2));
  }
}
