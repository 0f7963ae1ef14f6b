package io.holdpoint.manager;

import io.holdpoint.task.Command.Steer;
import io.holdpoint.task.Nonce;
import io.holdpoint.task.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A command that waits for its outcome, with those that carry the same token behind it. */
final class Pending {
  private final Steer command;
  private final Promise<Outcome> promise = Promise.promise();
  private @Nullable List<Pending> followers;
  private boolean tokenUsedUp;

  Pending(Steer command) {
    this.command = command;
  }

  Steer command() {
    return command;
  }

  Future<Outcome> future() {
    return promise.future();
  }

  /** False when it was complete before. */
  boolean complete(Outcome outcome) {
    return promise.tryComplete(outcome);
  }

  void follow(Pending other) {
    if (followers == null) {
      followers = new ArrayList<>(2);
    }
    followers.add(other);
  }

  List<Pending> followers() {
    return followers == null ? List.of() : followers;
  }

  boolean sameIntentAs(Pending other) {
    return Arrays.equals(command.ticket().fingerprint(), other.command.ticket().fingerprint());
  }

  /** Whether both were signed with one nonce; then they are the same request, or one is refused. */
  boolean hasNonceOf(Pending other) {
    Nonce nonce = command.ticket().nonce();
    Nonce others = other.command.ticket().nonce();
    return nonce != null && others != null && nonce.id().equals(others.id());
  }

  boolean sameRequestAs(Pending other) {
    return Objects.equals(command.ticket().nonce(), other.command.ticket().nonce());
  }

  /** The first request with its token has got its answer: it no longer has to wait for one. */
  void tokenIsUsedUp() {
    tokenUsedUp = true;
  }

  boolean isTokenUsedUp() {
    return tokenUsedUp;
  }

  boolean expired(long nanoTime) {
    return nanoTime - command.ticket().deadlineNanos() >= 0;
  }
}
