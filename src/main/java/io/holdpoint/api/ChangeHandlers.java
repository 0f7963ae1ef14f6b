package io.holdpoint.api;

import io.holdpoint.bus.TaskBus;
import io.holdpoint.task.Answer;
import io.holdpoint.task.Change;
import io.holdpoint.task.ChangeDocument;
import io.holdpoint.task.ChangeTask;
import io.holdpoint.task.Command;
import io.holdpoint.task.Decision;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Query;
import io.holdpoint.task.TaskState;
import io.holdpoint.task.Term;
import io.holdpoint.task.Ticket;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.validation.ValidatedRequest;
import org.jspecify.annotations.Nullable;

/** Starting changes of every kind, and what a human may do with a held one. */
final class ChangeHandlers {
  private final TaskBus bus;
  private final CommandInput input;
  private final Commands commands;

  ChangeHandlers(TaskBus bus, CommandInput input, Commands commands) {
    this.bus = bus;
    this.input = input;
    this.commands = commands;
  }

  void start(Exchange exchange, ValidatedRequest request) {
    JsonObject body = request.getBody().getJsonObject();
    if (body.encode().contains("\\u0000")) {
      throw new ApiException(ApiError.INVALID_PARAMETER, "body");
    }
    Change change = read(body);
    String asked = exchange.target().segments().get(2);
    String canonical = new JsonObject(ChangeDocument.write(change)).encode();
    Ticket ticket = input.ticket(exchange, Operation.START_CHANGE, asked, canonical);
    commands.send(
        exchange,
        new Command.StartChange(
            Operation.START_CHANGE,
            ticket,
            CommandInput.instanceId(asked),
            change,
            new JsonObject().put("kind", change.kind().text()).encode()));
  }

  private static Change read(JsonObject body) {
    try {
      return ChangeDocument.read(body.getMap());
    } catch (IllegalArgumentException wrong) {
      throw new ApiException(ApiError.INVALID_PARAMETER, String.valueOf(wrong.getMessage()));
    }
  }

  void revert(Exchange exchange, ValidatedRequest request) {
    turn(exchange, request, Operation.REVERT);
  }

  void abandon(Exchange exchange, ValidatedRequest request) {
    turn(exchange, request, Operation.ABANDON);
  }

  private void turn(Exchange exchange, ValidatedRequest request, Operation operation) {
    if (request.getQuery().get("dryRun").getBoolean(false)) {
      preview(exchange, operation);
      return;
    }
    turn(exchange, operation, null, null);
  }

  void decide(Exchange exchange, ValidatedRequest request) {
    JsonObject body = request.getBody().getJsonObject();
    String word = body.getString("decision");
    if (word.equals("abandon")) {
      turn(exchange, Operation.ABANDON, null, null);
      return;
    }
    turn(exchange, Operation.DECIDE, Term.parse(Decision.class, word), body.getString("nodeId"));
  }

  private void turn(
      Exchange exchange,
      Operation operation,
      @Nullable Decision decision,
      @Nullable String nodeId) {
    String asked = exchange.target().segments().get(2);
    Ticket ticket =
        input.ticket(
            exchange,
            operation,
            asked,
            decision == null ? "" : decision.text(),
            nodeId == null ? "" : nodeId);
    commands.send(
        exchange,
        new Command.Turn(operation, ticket, CommandInput.instanceId(asked), decision, nodeId));
  }

  /** Says what would be touched, and touches nothing; uses up no token. */
  private void preview(Exchange exchange, Operation operation) {
    exchange.when(
        bus.ask(
            new Query.DescribeInstance(exchange.accountId(), CommandInput.instanceId(exchange))),
        answer ->
            Answers.reply(
                exchange,
                answer,
                Answer.Described.class,
                found -> {
                  ChangeTask task = found.instance().task();
                  boolean possible = task != null && task.state() == TaskState.SUSPENDED;
                  if (possible) {
                    exchange.succeed(TurnPreview.of(task, operation).encode());
                  } else {
                    exchange.fail(ApiError.STATUS_NOT_SUPPORTED);
                  }
                }));
  }

  void output(Exchange exchange, ValidatedRequest request) {
    int step = request.getPathParameters().get("Step").getInteger();
    exchange.when(
        bus.ask(
            new Query.StepOutput(exchange.accountId(), CommandInput.instanceId(exchange), step)),
        answer ->
            Answers.reply(
                exchange,
                answer,
                Answer.Output.class,
                found -> {
                  JsonObject document =
                      new JsonObject().put("step", step).put("output", found.text());
                  if (found.updatedAt() != null) {
                    document.put("updatedAt", LogstashDocument.time(found.updatedAt()));
                  }
                  exchange.succeed(document.encode());
                }));
  }
}
