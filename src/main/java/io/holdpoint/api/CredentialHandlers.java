package io.holdpoint.api;

import io.holdpoint.bus.TaskBus;
import io.holdpoint.task.Answer;
import io.holdpoint.task.Command;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Query;
import io.holdpoint.task.StoredCredential;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatedRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The resources under {@code /v1/credentials}. Values go in and never come out. */
final class CredentialHandlers {
  private static final int DEFAULT_LIMIT = 100;

  private final TaskBus bus;
  private final CommandInput input;

  CredentialHandlers(TaskBus bus, CommandInput input) {
    this.bus = bus;
    this.input = input;
  }

  void put(Exchange exchange, ValidatedRequest request) {
    String name = name(exchange);
    Map<String, String> members = new TreeMap<>();
    for (Map.Entry<String, Object> member : request.getBody().getJsonObject()) {
      String value = (String) member.getValue();
      // Half of a surrogate pair would be stored as another character.
      if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
        throw new ApiException(ApiError.INVALID_PARAMETER, member.getKey());
      }
      members.put(member.getKey(), value);
    }
    String secret = new JsonObject(new TreeMap<String, Object>(members)).encode();
    var ticket = input.secretTicket(exchange, Operation.PUT_CREDENTIAL, name, secret);
    ask(exchange, new Command.PutCredential(ticket, name, members));
  }

  void delete(Exchange exchange, ValidatedRequest request) {
    String name = name(exchange);
    var ticket = input.ticket(exchange, Operation.DELETE_CREDENTIAL, name);
    ask(exchange, new Command.DeleteCredential(ticket, name));
  }

  private void ask(Exchange exchange, Command command) {
    exchange.when(
        bus.ask(command),
        outcome -> {
          if (outcome.kind() == Outcome.Kind.NOT_FOUND) {
            exchange.fail(ApiError.CREDENTIAL_NOT_FOUND);
          } else {
            exchange.complete(outcome);
          }
        });
  }

  void list(Exchange exchange, ValidatedRequest request) {
    RequestParameter after = request.getQuery().get("after");
    var query =
        new Query.ListCredentials(
            exchange.accountId(),
            after == null || after.isNull() ? "" : after.getString(),
            request.getQuery().get("limit").getInteger(DEFAULT_LIMIT));
    exchange.when(
        bus.ask(query),
        answer ->
            Answers.reply(
                exchange,
                answer,
                Answer.Credentials.class,
                found -> exchange.succeed(document(found.credentials()).encode())));
  }

  private static JsonObject document(List<StoredCredential> credentials) {
    JsonArray entries = new JsonArray();
    for (StoredCredential credential : credentials) {
      entries.add(
          new JsonObject()
              .put("name", credential.name())
              .put("members", new JsonArray(credential.members()))
              .put("createdAt", LogstashDocument.time(credential.createdAt()))
              .put("updatedAt", LogstashDocument.time(credential.updatedAt())));
    }
    return new JsonObject().put("credentials", entries);
  }

  private static String name(Exchange exchange) {
    return exchange.target().segments().get(2);
  }
}
