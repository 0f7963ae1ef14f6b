package io.holdpoint.api;

import io.holdpoint.task.DeadLetter;
import io.holdpoint.task.EventFilter;
import io.holdpoint.task.Term;
import io.holdpoint.task.Webhook;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;

/** Webhooks and dead letters as {@code /v1} shows them; absent members have no value. */
final class WebhookDocument {
  private WebhookDocument() {}

  static JsonObject list(List<Webhook> webhooks) {
    JsonArray documents = new JsonArray();
    webhooks.forEach(webhook -> documents.add(of(webhook)));
    return new JsonObject().put("webhooks", documents);
  }

  static JsonObject of(Webhook webhook) {
    JsonObject document = new JsonObject().put("name", webhook.name()).put("url", webhook.url());
    TaskDocument.put(document, "instanceId", webhook.filter().instanceId());
    if (!webhook.filter().allKinds()) {
      document.put("kinds", kinds(webhook.filter()));
    }
    document
        .put("position", webhook.position())
        .put("streamEnd", webhook.streamEnd())
        .put("attempts", webhook.attempts());
    TaskDocument.putTime(document, "nextAttemptAt", webhook.nextAttemptAt());
    Instant failed = webhook.lastErrorAt();
    if (failed != null) {
      document.put(
          "lastError",
          new JsonObject()
              .put("message", webhook.lastError())
              .put("at", LogstashDocument.time(failed)));
    }
    TaskDocument.putTime(document, "deliveredAt", webhook.deliveredAt());
    return document
        .put("deadLetters", webhook.deadLetters())
        .put("paused", TaskDocument.text(webhook.paused()))
        .put("createdAt", LogstashDocument.time(webhook.createdAt()))
        .put("updatedAt", LogstashDocument.time(webhook.updatedAt()));
  }

  /** In the order of the alphabet, so that equal filters look alike. */
  static JsonArray kinds(EventFilter filter) {
    return new JsonArray(filter.kinds().stream().map(Term::text).sorted().toList());
  }

  static JsonObject letters(List<DeadLetter> letters) {
    JsonArray documents = new JsonArray();
    for (DeadLetter letter : letters) {
      documents.add(
          new JsonObject()
              .put("position", letter.entry().position())
              .put("attempts", letter.attempts())
              .put("error", letter.error())
              .put("diedAt", LogstashDocument.time(letter.diedAt()))
              .put("redelivering", letter.redelivering())
              .put("event", TaskDocument.of(letter.entry())));
    }
    return new JsonObject().put("deadLetters", documents);
  }
}
