package io.holdpoint.manager;

import io.holdpoint.store.WebhookStore;
import io.holdpoint.task.Command;
import io.holdpoint.task.Outcome;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes, replaces and deletes webhooks, and settles their dead letters. */
final class WebhookChanges {
  private static final Logger log = LoggerFactory.getLogger(WebhookChanges.class);

  private final WebhookStore store;
  private final Retry retry;

  WebhookChanges(WebhookStore store, Retry retry) {
    this.store = store;
    this.retry = retry;
  }

  /** What older keys sealed is sealed with the current one, in the background. */
  void start() {
    store
        .reseal()
        .onFailure(
            failure ->
                log.atWarn()
                    .log(
                        "secrets of webhooks keep their old keys until the next start: "
                            + failure));
  }

  Future<Outcome> apply(Command.OfWebhook command) {
    return retry
        .untilDeadline(command.ticket(), () -> attempt(command))
        .onSuccess(outcome -> tell(command, outcome));
  }

  private Future<Outcome> attempt(Command.OfWebhook command) {
    if (command instanceof Command.PutWebhook put) {
      return store.put(put).map(outcome -> withSecret(put, outcome));
    }
    return command instanceof Command.DeleteWebhook delete
        ? store.delete(delete)
        : store.settle((Command.SettleDeadLetters) command);
  }

  /**
   * The secret goes to the request that brought it about, also when that heard of its own commit
   * only on a second try; nothing that is kept of the command holds it.
   */
  private static Outcome withSecret(Command.PutWebhook put, Outcome outcome) {
    String result = outcome.result();
    UUID first = outcome.originalRequestId();
    boolean own = first == null || first.equals(put.ticket().requestId());
    if (result == null || !outcome.kind().recorded() || !own) {
      return outcome;
    }
    JsonObject document = new JsonObject(result);
    return document.getBoolean("secretIssued", false)
        ? outcome.withResult(document.put("secret", put.secret()).encode())
        : outcome;
  }

  private static void tell(Command.OfWebhook command, Outcome outcome) {
    log.atInfo()
        .addKeyValue("webhook", command.name())
        .addKeyValue("requestId", command.ticket().requestId())
        .addKeyValue("principal", command.ticket().principal())
        .addKeyValue("outcome", outcome.kind().text())
        .log(command.operation().apiName());
  }
}
