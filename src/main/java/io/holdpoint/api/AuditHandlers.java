package io.holdpoint.api;

import io.holdpoint.bus.TaskBus;
import io.holdpoint.task.Answer;
import io.holdpoint.task.AuditCursor;
import io.holdpoint.task.AuditDecision;
import io.holdpoint.task.AuditRecord;
import io.holdpoint.task.Query;
import io.holdpoint.task.Term;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatedRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The resource {@code /v1/audit}: what was decided about the account's calls. */
final class AuditHandlers {
  private static final int DEFAULT_LIMIT = 100;

  private final TaskBus bus;

  AuditHandlers(TaskBus bus) {
    this.bus = bus;
  }

  void list(Exchange exchange, ValidatedRequest request) {
    var query =
        new Query.ListAudit(
            exchange.accountId(),
            value(request, "from", Instant::parse),
            value(request, "until", Instant::parse),
            value(request, "principal", Function.identity()),
            value(request, "instanceId", Function.identity()),
            value(request, "decision", text -> Term.parse(AuditDecision.class, text)),
            value(request, "after", AuditCursor::parse),
            request.getQuery().get("limit").getInteger(DEFAULT_LIMIT));
    exchange.when(
        bus.ask(query),
        answer ->
            Answers.reply(
                exchange,
                answer,
                Answer.Audit.class,
                found -> exchange.succeed(document(found).encode())));
  }

  private static <T> @Nullable T value(
      ValidatedRequest request, String name, Function<String, T> read) {
    RequestParameter given = request.getQuery().get(name);
    if (given == null || given.isNull() || given.getString().isEmpty()) {
      return null;
    }
    try {
      return read.apply(given.getString());
    } catch (DateTimeException | IllegalArgumentException malformed) {
      throw new ApiException(ApiError.INVALID_PARAMETER, name);
    }
  }

  private static JsonObject document(Answer.Audit page) {
    JsonArray records = new JsonArray();
    page.records().forEach(record -> records.add(document(record)));
    AuditCursor next = page.next();
    return new JsonObject().put("records", records).put("next", next == null ? null : next.text());
  }

  private static JsonObject document(AuditRecord record) {
    JsonObject document =
        new JsonObject()
            .put("at", LogstashDocument.time(record.at()))
            .put("requestId", Exchange.text(record.requestId()))
            .put("principal", record.principal())
            .put("source", record.source())
            .put("action", record.action())
            .put("decision", record.decision().text());
    put(document, "keyId", record.keyId());
    put(document, "resource", record.resource());
    put(document, "instanceId", record.instanceId());
    put(document, "code", record.code());
    return document;
  }

  private static void put(JsonObject document, String member, @Nullable String value) {
    if (value != null) {
      document.put(member, value);
    }
  }
}
