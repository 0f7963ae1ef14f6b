package io.holdpoint.webhook;

import io.holdpoint.store.DeliveryStore;
import io.holdpoint.store.DeliveryStore.Mark;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.Set;

/**
 * Ends the rest of idle webhooks whose stream has grown: at once in the accounts that it was told
 * of, and page by page in all others, because news may be lost, late or too much. For one event
 * loop.
 */
final class Waker {
  private static final int MOST_GROWN = 1_000;
  private static final int PAGE = 1_000;

  private final DeliveryStore store;
  private final Set<String> grown = new HashSet<>();
  private Mark mark = Mark.START;
  private boolean sweepDue;

  Waker(DeliveryStore store) {
    this.store = store;
  }

  /** The stream of an account has grown; beyond the bound the sweep finds it. */
  void grown(String accountId) {
    if (grown.size() < MOST_GROWN) {
      grown.add(accountId);
    }
  }

  /** The next {@link #wake} looks through one page as well. */
  void sweepNext() {
    sweepDue = true;
  }

  /** What it was told of is remembered until it succeeds. */
  Future<Void> wake() {
    return told().compose(woken -> sweep());
  }

  private Future<Void> told() {
    if (grown.isEmpty()) {
      return Future.succeededFuture();
    }
    Set<String> accounts = Set.copyOf(grown);
    grown.clear();
    return store.wake(accounts).onFailure(failure -> accounts.forEach(this::grown));
  }

  private Future<Void> sweep() {
    if (!sweepDue) {
      return Future.succeededFuture();
    }
    sweepDue = false;
    return store.sweep(mark, PAGE).onSuccess(next -> mark = next).mapEmpty();
  }
}
