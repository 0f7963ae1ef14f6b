package io.holdpoint.manager;

import io.holdpoint.task.Command.Steer;
import io.holdpoint.task.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A command that waits for its outcome, with those that carry the same token behind it. */
final class Pending {
  private final Steer command;
  private final Promise<Outcome> promise = Promise.promise();
  private @Nullable List<Pending> followers;

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

  boolean expired(long nanoTime) {
    return nanoTime - command.ticket().deadlineNanos() >= 0;
  }
}
