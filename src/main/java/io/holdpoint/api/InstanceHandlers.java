package io.holdpoint.api;

import io.holdpoint.bus.TaskBus;
import io.holdpoint.task.Answer;
import io.holdpoint.task.Change;
import io.holdpoint.task.Command;
import io.holdpoint.task.Instance;
import io.holdpoint.task.InstanceStatus;
import io.holdpoint.task.NewInstance;
import io.holdpoint.task.Node;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Query;
import io.holdpoint.task.Ticket;
import io.vertx.core.json.DecodeException;
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
  private final Commands commands;
  private final String defaultDriver;

  /**
   * @param defaultDriver the driver of a new instance's nodes; {@code none} leaves it without nodes
   *     until they are registered
   */
  InstanceHandlers(TaskBus bus, CommandInput input, Commands commands, String defaultDriver) {
    this.bus = bus;
    this.input = input;
    this.commands = commands;
    this.defaultDriver = defaultDriver;
  }

  void create(Exchange exchange, ValidatedRequest request) {
    JsonObject body = request.getBody().getJsonObject();
    requirePaymentInfo(body);
    int nodeAmount =
        body.getValue("nodeAmount") instanceof Number number
            ? number.intValue()
            : Integer.parseInt(body.getString("nodeAmount"));
    String instanceId = NewInstance.mintId();
    JsonObject specification = specification(body);
    NewInstance instance =
        new NewInstance(
            instanceId,
            storedVersion(body.getString("version")),
            body.getString("description", instanceId),
            nodeAmount,
            specification.encode(),
            nodes(exchange.accountId(), instanceId, nodeAmount));
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
    commands.send(exchange, new Command.Create(ticket, instance, answer));
  }

  private static void requirePaymentInfo(JsonObject body) {
    if ("prepaid".equals(body.getString("paymentType")) && !body.containsKey("paymentInfo")) {
      throw new ApiException(ApiError.MISSING_PARAMETER, "paymentInfo");
    }
  }

  /** What is given back later, in one order and without members that a reply must not hold. */
  private static JsonObject specification(JsonObject body) {
    JsonObject specification = new JsonObject();
    take(specification, body, "paymentType", "resourceGroupId");
    takePart(specification, body, "nodeSpec", "spec", "disk", "diskType");
    takePart(specification, body, "networkConfig", "type", "vpcId", "vswitchId", "vsArea");
    takePart(
        specification,
        body,
        "paymentInfo",
        "duration",
        "pricingCycle",
        "isAutoRenew",
        "autoRenewDuration");
    return specification;
  }

  private static void takePart(JsonObject into, JsonObject body, String part, String... members) {
    JsonObject from = body.getJsonObject(part);
    if (from != null) {
      JsonObject taken = new JsonObject();
      take(taken, from, members);
      into.put(part, taken);
    }
  }

  /** The contract's numbers are whole, though {@code 20.0} is one of them. */
  private static void take(JsonObject into, JsonObject from, String... members) {
    for (String member : members) {
      Object value = from.getValue(member);
      if (value != null) {
        into.put(member, value instanceof Number number ? number.longValue() : value);
      }
    }
  }

  /** {@code 7.4_with_X-Pack} is given back as {@code 7.4.0_with_X-Pack}. */
  private static String storedVersion(String asked) {
    return asked.replaceFirst("^(\\d+\\.\\d+)(?=_|$)", "$1.0");
  }

  private List<Node> nodes(String accountId, String instanceId, int amount) {
    List<Node> nodes = new ArrayList<>();
    if (!defaultDriver.equals("none")) {
      for (int i = 1; i <= amount; i++) {
        String nodeId = "node-" + i;
        nodes.add(
            new Node(
                accountId, instanceId, nodeId, "10.0.0." + i, defaultDriver, null, null, Map.of()));
      }
    }
    return nodes;
  }

  void describe(Exchange exchange, ValidatedRequest request) {
    exchange.when(
        bus.ask(
            new Query.DescribeInstance(exchange.accountId(), CommandInput.instanceId(exchange))),
        answer ->
            Answers.reply(
                exchange,
                answer,
                Answer.Described.class,
                found -> exchange.succeed(LogstashDocument.described(found.instance()).encode())));
  }

  void list(Exchange exchange, ValidatedRequest request) {
    if (asksForTags(text(request, "tags"))) {
      reply(exchange, new Answer.Listed(List.of(), 0));
      return;
    }
    String version = text(request, "version");
    var query =
        new Query.ListInstances(
            exchange.accountId(),
            request.getQuery().get("page").getInteger(1),
            request.getQuery().get("size").getInteger(DEFAULT_PAGE_SIZE),
            text(request, "description"),
            text(request, "instanceId"),
            version == null ? null : storedVersion(version),
            text(request, "resourceGroupId"));
    exchange.when(
        bus.ask(query),
        answer ->
            Answers.reply(exchange, answer, Answer.Listed.class, found -> reply(exchange, found)));
  }

  private static void reply(Exchange exchange, Answer.Listed found) {
    JsonArray documents = new JsonArray();
    found.instances().forEach(instance -> documents.add(LogstashDocument.listed(instance)));
    exchange.succeed(
        documents.encode(), new JsonObject().put("X-Total-Count", found.total()).encode());
  }

  /** No instance has tags yet: whoever asks for some finds nothing. */
  private static boolean asksForTags(@Nullable String tags) {
    try {
      JsonArray asked = tags == null ? new JsonArray() : new JsonArray(tags);
      for (Object tag : asked) {
        if (!(tag instanceof JsonObject pair && pair.getValue("tagKey") instanceof String)) {
          throw new ApiException(ApiError.INVALID_PARAMETER, "tags");
        }
      }
      return !asked.isEmpty();
    } catch (DecodeException notJson) {
      throw new ApiException(ApiError.INVALID_PARAMETER, "tags");
    }
  }

  private static @Nullable String text(ValidatedRequest request, String name) {
    RequestParameter value = request.getQuery().get(name);
    return value == null || value.isNull() || value.getString().isEmpty()
        ? null
        : value.getString();
  }

  /** The answer shows the instance as the change leaves it: activating. */
  void restart(Exchange exchange, ValidatedRequest request) {
    Change.Restart change = RestartInput.read(request);
    String asked = exchange.target().segments().get(2);
    Ticket ticket =
        input.ticket(
            exchange,
            Operation.RESTART,
            asked,
            String.join("\n", change.rollout().nodes()),
            String.valueOf(change.rollout().allowDegraded()),
            String.valueOf(change.rollout().batchPercent()));
    String instanceId = CommandInput.instanceId(asked);
    exchange.when(
        bus.ask(new Query.DescribeInstance(exchange.accountId(), instanceId)),
        answer -> {
          if (answer instanceof Answer.Unavailable) {
            exchange.fail(ApiError.UNAVAILABLE);
            return;
          }
          // An unknown instance goes on all the same: its token is judged before it.
          String result =
              answer instanceof Answer.Described found ? activating(found.instance()) : "{}";
          commands.send(
              exchange,
              new Command.StartChange(Operation.RESTART, ticket, instanceId, change, result));
        });
  }

  private static String activating(Instance instance) {
    return LogstashDocument.of(instance, InstanceStatus.ACTIVATING).encode();
  }
}
