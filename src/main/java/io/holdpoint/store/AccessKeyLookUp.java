package io.holdpoint.store;

import io.holdpoint.auth.AccessKey;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the database for keys, what has queued behind a statement in flight together with the next.
 * So a flood of invented ids costs one connection and a full queue, never the keys of others. What
 * is not answered in a second has failed, and with it all that waited; the next statement does not
 * wait for a silent one. For any thread.
 *
 * <p>Fails with a {@link TimeoutException} only, whatever happened: the cache in front of this
 * takes every other failure for a defect and logs it.
 */
final class AccessKeyLookUp {
  static final long ANSWERED_MILLIS = 1_000;
  static final int MOST_AT_ONCE = 256;
  static final int MOST_WAITING = 4_096;

  private static final Logger log = LoggerFactory.getLogger(AccessKeyLookUp.class);

  private final Source source;
  private final LongFunction<Future<Void>> pause;
  private final ArrayDeque<Asked> waiting = new ArrayDeque<>();
  private boolean busy;
  private boolean failing;

  /** One statement. */
  @FunctionalInterface
  interface Source {
    Future<Found> find(List<String> keyIds);
  }

  /**
   * What a statement found; an id that is in neither is unknown.
   *
   * @param shut ids of keys whose secret could not be opened
   */
  record Found(Map<String, AccessKey> keys, Set<String> shut) {}

  private record Asked(
      String keyId,
      UnaryOperator<Optional<AccessKey>> settle,
      CompletableFuture<Optional<AccessKey>> answer) {
    void settle(@Nullable AccessKey found) {
      answer.complete(settle.apply(Optional.ofNullable(found)));
    }

    void fail(String why) {
      answer.completeExceptionally(new TimeoutException("access key " + keyId + ": " + why));
    }
  }

  /**
   * @param pause a future that completes after so many milliseconds
   */
  AccessKeyLookUp(Source source, LongFunction<Future<Void>> pause) {
    this.source = source;
    this.pause = pause;
  }

  /**
   * @param settle what is answered for what was found; here and not by the caller, because a
   *     dependent future wraps its failure
   */
  CompletableFuture<Optional<AccessKey>> find(
      String keyId, UnaryOperator<Optional<AccessKey>> settle) {
    Asked asked = new Asked(keyId, settle, new CompletableFuture<>());
    boolean full;
    synchronized (this) {
      full = waiting.size() >= MOST_WAITING;
      if (!full) {
        waiting.add(asked);
      }
    }
    if (full) {
      asked.fail("too many are asked for");
    } else {
      pump();
    }
    return asked.answer();
  }

  private void pump() {
    List<Asked> batch = new ArrayList<>();
    synchronized (this) {
      if (busy || waiting.isEmpty()) {
        return;
      }
      busy = true;
      while (batch.size() < MOST_AT_ONCE && !waiting.isEmpty()) {
        batch.add(waiting.remove());
      }
    }
    send(batch);
  }

  private void send(List<Asked> batch) {
    AtomicBoolean over = new AtomicBoolean();
    pause
        .apply(ANSWERED_MILLIS)
        .onSuccess(
            late -> {
              if (over.compareAndSet(false, true)) {
                fail(batch, "no answer in " + ANSWERED_MILLIS + " ms");
              }
            });
    Future.succeededFuture(batch.stream().map(Asked::keyId).toList())
        // Inside the chain, so that a source that throws does not stop the pump for ever.
        .compose(source::find)
        .onComplete(
            found -> {
              if (over.compareAndSet(false, true)) {
                deliver(batch, found);
              }
            },
            failure -> {
              if (over.compareAndSet(false, true)) {
                fail(batch, failure.getMessage());
              }
            });
  }

  private void deliver(List<Asked> batch, Found found) {
    synchronized (this) {
      busy = false;
      failing = false;
    }
    pump();
    for (Asked asked : batch) {
      if (found.shut().contains(asked.keyId())) {
        asked.fail("its secret cannot be opened");
      } else {
        asked.settle(found.keys().get(asked.keyId()));
      }
    }
  }

  /** Fails those that wait as well: who comes after them asks on another connection. */
  private void fail(List<Asked> batch, String why) {
    List<Asked> all = new ArrayList<>(batch);
    boolean news;
    synchronized (this) {
      busy = false;
      news = !failing;
      failing = true;
      all.addAll(waiting);
      waiting.clear();
    }
    if (news) {
      log.atWarn().addKeyValue("keys", all.size()).log("access keys cannot be read: " + why);
    }
    all.forEach(asked -> asked.fail(why));
  }
}
