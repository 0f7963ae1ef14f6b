package io.holdpoint.manager;

import io.holdpoint.store.CredentialStore;
import io.holdpoint.store.StoreException;
import io.holdpoint.task.Command;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Outcome.Kind;
import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores and deletes credentials; both give the same when they are done again. */
final class CredentialChanges {
  private static final Logger log = LoggerFactory.getLogger(CredentialChanges.class);

  private final CredentialStore store;
  private final Retry retry;

  CredentialChanges(CredentialStore store, Retry retry) {
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
                    .log("credentials keep their old keys until the next start: " + failure));
  }

  Future<Outcome> apply(Command.OfCredential command) {
    Future<Outcome> outcome =
        command instanceof Command.PutCredential put
            ? retry.untilDeadline(put.ticket(), () -> store.put(put))
            : delete((Command.DeleteCredential) command);
    return outcome.onSuccess(done -> tell(command, done));
  }

  private Future<Outcome> delete(Command.DeleteCredential command) {
    AtomicBoolean perhapsDone = new AtomicBoolean();
    return retry.untilDeadline(
        command.ticket(),
        () ->
            store
                .delete(command)
                .map(
                    outcome ->
                        // Our own deletion, whose commit was not heard of.
                        outcome.kind() == Kind.NOT_FOUND && perhapsDone.get()
                            ? Outcome.of(Kind.APPLIED)
                            : outcome)
                .onFailure(
                    failure -> {
                      if (StoreException.of(failure).kind() == StoreException.Kind.UNKNOWN) {
                        perhapsDone.set(true);
                      }
                    }));
  }

  private static void tell(Command.OfCredential command, Outcome outcome) {
    log.atInfo()
        .addKeyValue("credential", command.name())
        .addKeyValue("requestId", command.ticket().requestId())
        .addKeyValue("principal", command.ticket().principal())
        .addKeyValue("outcome", outcome.kind().text())
        .log(command.operation().apiName());
  }
}
