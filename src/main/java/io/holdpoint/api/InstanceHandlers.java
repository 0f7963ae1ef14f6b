package io.holdpoint.api;

import io.holdpoint.bus.TaskBus;
import io.holdpoint.task.Answer;
import io.holdpoint.task.Command;
import io.holdpoint.task.Command.RestartOptions;
import io.holdpoint.task.Instance;
import io.holdpoint.task.InstanceStatus;
import io.holdpoint.task.NewInstance;
import io.holdpoint.task.Node;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Query;
import io.holdpoint.task.Ticket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** CreateLogstash, DescribeLogstash, ListLogstash and RestartLogstash. */
final class InstanceHandlers {
  private static final int DEFAULT_PAGE_SIZE = 20;

  private final TaskBus bus;
  private final CommandInput input;
  private final ApiMetrics metrics;
  private final String defaultDriver;

  /**
   * @param defaultDriver the driver of a new instance's nodes; {@code none} leaves it without nodes
   *     until they are registered
   */
  InstanceHandlers(TaskBus bus, CommandInput input, ApiMetrics metrics, String defaultDriver) {
    this.bus = bus;
    this.input = input;
    this.metrics = metrics;
    this.defaultDriver = defaultDriver;
  }

  void create(Exchange exchange, ValidatedRequest request) {
    JsonObject body = request.getBody().getJsonObject();
    requirePaymentInfo(body);
    int nodeAmount = Integer.parseInt(String.valueOf(body.getValue("nodeAmount")));
    String instanceId = NewInstance.mintId();
    JsonObject specification = specification(body);
    NewInstance instance =
        new NewInstance(
            instanceId,
            storedVersion(body.getString("version")),
            body.getString("description", instanceId),
            nodeAmount,
            specification.encode(),
            nodes(instanceId, nodeAmount));
    // The fingerprint is of what was asked for, so that a retry with another new id is the same.
    Ticket ticket =
        input.ticket(
            exchange,
            Operation.CREATE,
            "",
            body.getString("version"),
            body.getString("description", ""),
            Integer.toString(nodeAmount),
            specification.encode());
    String answer = new JsonObject().put("instanceId", instanceId).encode();
    send(exchange, new Command.Create(ticket, instance, answer));
  }

  private static void requirePaymentInfo(JsonObject body) {
    if ("prepaid".equals(body.getString("paymentType")) && !body.containsKey("paymentInfo")) {
      throw new ApiException(ApiError.MISSING_PARAMETER, "paymentInfo");
    }
  }

  private static JsonObject specification(JsonObject body) {
    JsonObject specification = new JsonObject();
    for (String member :
        List.of("nodeSpec", "networkConfig", "paymentType", "paymentInfo", "resourceGroupId")) {
      if (body.getValue(member) != null) {
        specification.put(member, body.getValue(member));
      }
    }
    return specification;
  }

  /** {@code 7.4_with_X-Pack} is given back as {@code 7.4.0_with_X-Pack}. */
  private static String storedVersion(String asked) {
    return asked.replaceFirst("^(\\d+\\.\\d+)(?=_|$)", "$1.0");
  }

  private List<Node> nodes(String instanceId, int amount) {
    List<Node> nodes = new ArrayList<>();
    if (!defaultDriver.equals("none")) {
      for (int i = 1; i <= amount; i++) {
        String nodeId = "node-" + i;
        nodes.add(
            new Node(
                CommandInput.ACCOUNT,
                instanceId,
                nodeId,
                "10.0.0." + i,
                defaultDriver,
                null,
                null,
                Map.of()));
      }
    }
    return nodes;
  }

  void describe(Exchange exchange, ValidatedRequest request) {
    bus.ask(new Query.DescribeInstance(CommandInput.ACCOUNT, instanceId(exchange)))
        .onSuccess(
            answer ->
                Answers.reply(
                    exchange,
                    answer,
                    Answer.Described.class,
                    found ->
                        exchange.succeed(LogstashDocument.described(found.instance()).encode())));
  }

  void list(Exchange exchange, ValidatedRequest request) {
    var query =
        new Query.ListInstances(
            CommandInput.ACCOUNT,
            request.getQuery().get("page").getInteger(1),
            request.getQuery().get("size").getInteger(DEFAULT_PAGE_SIZE),
            text(request, "description"),
            text(request, "instanceId"),
            text(request, "version"));
    bus.ask(query)
        .onSuccess(
            answer ->
                Answers.reply(
                    exchange, answer, Answer.Listed.class, found -> reply(exchange, found)));
  }

  private static void reply(Exchange exchange, Answer.Listed found) {
    JsonArray documents = new JsonArray();
    found.instances().forEach(instance -> documents.add(LogstashDocument.listed(instance)));
    exchange.succeed(
        documents.encode(), new JsonObject().put("X-Total-Count", found.total()).encode());
  }

  private static @Nullable String text(ValidatedRequest request, String name) {
    RequestParameter value = request.getQuery().get(name);
    return value == null || value.isNull() || value.getString().isEmpty()
        ? null
        : value.getString();
  }

  /** The answer shows the instance as the change leaves it: activating. */
  void restart(Exchange exchange, ValidatedRequest request) {
    RestartOptions options = RestartInput.read(request);
    String instanceId = instanceId(exchange);
    Ticket ticket =
        input.ticket(
            exchange,
            Operation.RESTART,
            instanceId,
            String.join("\n", options.addresses()),
            String.valueOf(options.force()),
            String.valueOf(options.batchPercent()));
    bus.ask(new Query.DescribeInstance(CommandInput.ACCOUNT, instanceId))
        .onSuccess(
            answer -> {
              String result =
                  answer instanceof Answer.Described found ? activating(found.instance()) : "{}";
              send(exchange, new Command.Restart(ticket, instanceId, options, result));
            });
  }

  private static String activating(Instance instance) {
    return LogstashDocument.of(instance, InstanceStatus.ACTIVATING).encode();
  }

  private void send(Exchange exchange, Command command) {
    bus.ask(command)
        .onSuccess(
            outcome -> {
              exchange.complete(outcome);
              metrics.command(command.operation(), outcome.kind(), exchange.arrivedNanos());
            });
  }

  private static String instanceId(Exchange exchange) {
    return CommandInput.instanceId(exchange.target().segments().get(2));
  }
}
