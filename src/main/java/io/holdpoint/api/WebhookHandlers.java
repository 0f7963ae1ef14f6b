package io.holdpoint.api;

import io.holdpoint.bus.TaskBus;
import io.holdpoint.config.AllowedHosts;
import io.holdpoint.config.WebhookConfig;
import io.holdpoint.task.Answer;
import io.holdpoint.task.Command;
import io.holdpoint.task.EventFilter;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Query;
import io.holdpoint.task.Ticket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatedRequest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The resources under {@code /v1/webhooks}. A secret goes out once, with the reply to the request
 * that brought it about.
 */
final class WebhookHandlers {
  private static final int DEFAULT_LIMIT = 100;
  private static final int SECRET_BYTES = 32;

  private final TaskBus bus;
  private final CommandInput input;
  private final AllowedHosts hosts;
  private final SecureRandom random = new SecureRandom();

  WebhookHandlers(TaskBus bus, CommandInput input, WebhookConfig config) {
    this.bus = bus;
    this.input = input;
    hosts = AllowedHosts.parse(config.allowedHosts());
  }

  void put(Exchange exchange, ValidatedRequest request) {
    String name = name(exchange);
    JsonObject body = request.getBody().getJsonObject();
    String url = allowed(body.getString("url"));
    EventFilter filter =
        StreamHandlers.filter(
            body.getString("instanceId"),
            body.getJsonArray("kinds", new JsonArray()).stream().map(String::valueOf).toList());
    Long after = body.getLong("after");
    boolean rotate = body.getBoolean("rotateSecret", false);
    Ticket ticket =
        input.ticket(
            exchange,
            Operation.PUT_WEBHOOK,
            name,
            url,
            text(filter.instanceId()),
            WebhookDocument.kinds(filter).encode(),
            text(after),
            text(rotate));
    ask(exchange, new Command.PutWebhook(ticket, name, url, filter, after, rotate, mint()));
  }

  private String allowed(String url) {
    return switch (hosts.judge(url)) {
      case ALLOWED -> url;
      case MALFORMED -> throw new ApiException(ApiError.INVALID_PARAMETER, "url");
      case NOT_ALLOWED -> throw new ApiException(ApiError.WEBHOOK_HOST_NOT_ALLOWED);
    };
  }

  private String mint() {
    byte[] key = new byte[SECRET_BYTES];
    random.nextBytes(key);
    return "whsec_" + Base64.getEncoder().encodeToString(key);
  }

  void delete(Exchange exchange, ValidatedRequest request) {
    String name = name(exchange);
    Ticket ticket = input.ticket(exchange, Operation.DELETE_WEBHOOK, name);
    ask(exchange, new Command.DeleteWebhook(ticket, name));
  }

  void redeliver(Exchange exchange, ValidatedRequest request) {
    settle(exchange, request, Operation.REDELIVER_DEAD_LETTERS);
  }

  void drop(Exchange exchange, ValidatedRequest request) {
    settle(exchange, request, Operation.DROP_DEAD_LETTERS);
  }

  private void settle(Exchange exchange, ValidatedRequest request, Operation operation) {
    String name = name(exchange);
    Long position = number(request, "position");
    Ticket ticket = input.ticket(exchange, operation, name, text(position));
    ask(exchange, new Command.SettleDeadLetters(operation, ticket, name, position));
  }

  private void ask(Exchange exchange, Command command) {
    exchange.when(
        bus.ask(command),
        outcome -> {
          if (outcome.kind() == Outcome.Kind.NOT_FOUND) {
            exchange.fail(ApiError.WEBHOOK_NOT_FOUND);
          } else {
            exchange.complete(outcome);
          }
        });
  }

  void list(Exchange exchange, ValidatedRequest request) {
    reply(
        exchange,
        new Query.ListWebhooks(exchange.accountId()),
        Answer.Webhooks.class,
        found -> WebhookDocument.list(found.webhooks()));
  }

  void find(Exchange exchange, ValidatedRequest request) {
    reply(
        exchange,
        new Query.FindWebhook(exchange.accountId(), name(exchange)),
        Answer.Webhooks.class,
        found -> WebhookDocument.of(found.webhooks().get(0)));
  }

  void deadLetters(Exchange exchange, ValidatedRequest request) {
    Long after = number(request, "after");
    int limit = request.getQuery().get("limit").getInteger(DEFAULT_LIMIT);
    reply(
        exchange,
        new Query.ListDeadLetters(
            exchange.accountId(), name(exchange), after == null ? 0 : after, limit),
        Answer.DeadLetters.class,
        found -> WebhookDocument.letters(found.letters()));
  }

  private <A extends Answer> void reply(
      Exchange exchange, Query query, Class<A> expected, Function<A, JsonObject> document) {
    exchange.when(
        bus.ask(query),
        answer -> {
          if (answer instanceof Answer.NotFound) {
            exchange.fail(ApiError.WEBHOOK_NOT_FOUND);
          } else {
            Answers.reply(
                exchange,
                answer,
                expected,
                found -> exchange.succeed(document.apply(found).encode()));
          }
        });
  }

  private static String name(Exchange exchange) {
    return exchange.target().segments().get(2);
  }

  private static @Nullable Long number(ValidatedRequest request, String name) {
    RequestParameter parameter = request.getQuery().get(name);
    return parameter == null || parameter.isNull() ? null : parameter.getLong();
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }
}
