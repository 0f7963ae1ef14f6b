package io.holdpoint.manager;

import io.holdpoint.store.SteerStore.Applied;
import io.holdpoint.store.StoreException;
import io.holdpoint.task.Command.Steer;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Outcome.Kind;
import io.holdpoint.task.TaskEvent;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one batch to definite answers: runs it again after a conflict or an unknown outcome, which
 * is safe because every command has a token, splits it when one member may hold up the rest, and
 * gives up on a command when its deadline has passed. One that still cannot go on, as while
 * somebody holds its task's row, is handed back to be tried later, so that nobody waits for it.
 */
final class BatchRun {
  private static final Logger log = LoggerFactory.getLogger(BatchRun.class);

  /** Two levels of this bring a batch of 1,024 down to single commands. */
  private static final int PARTS = 32;

  private static final int WHOLE_TRIES = 2;
  private static final long SHORTEST_PAUSE_MILLIS = 10;
  private static final long LONGEST_PAUSE_MILLIS = 200;
  private static final long BREATH_MILLIS = 300;

  private final Batcher.Sink sink;
  private final Consumer<TaskEvent> publisher;
  private final LongFunction<Future<Void>> pause;
  private final LongSupplier nanoTime;
  private final ManagerMetrics metrics;

  /**
   * @param publisher gets every event after its commit
   * @param pause a future that completes after so many milliseconds
   */
  BatchRun(
      Batcher.Sink sink,
      Consumer<TaskEvent> publisher,
      LongFunction<Future<Void>> pause,
      LongSupplier nanoTime,
      ManagerMetrics metrics) {
    this.sink = sink;
    this.publisher = publisher;
    this.pause = pause;
    this.nanoTime = nanoTime;
    this.metrics = metrics;
  }

  /** Completes when the batch is through, with those that have no answer and shall come again. */
  Future<List<Pending>> send(List<Pending> batch, BiConsumer<Pending, Outcome> answer) {
    return new Round(answer).start(batch);
  }

  /** The time until a command that was handed back shall come again. */
  Future<Void> breath() {
    return pause.apply(BREATH_MILLIS);
  }

  /** A future that completes after so many milliseconds. */
  Future<Void> pause(long millis) {
    return pause.apply(millis);
  }

  /** One batch and what it was split into; the parts that may hold up others come last. */
  private final class Round {
    private final BiConsumer<Pending, Outcome> answer;
    private final ArrayDeque<List<Pending>> parts = new ArrayDeque<>();
    private final List<Pending> left = new ArrayList<>();

    Round(BiConsumer<Pending, Outcome> answer) {
      this.answer = answer;
    }

    Future<List<Pending>> start(List<Pending> batch) {
      // Begun within a future: what a defect throws at once has to come back as a failure too.
      return Future.succeededFuture(batch)
          .compose(whole -> attempt(whole, 1))
          .compose(done -> rest());
    }

    private Future<List<Pending>> rest() {
      return parts.isEmpty()
          ? Future.succeededFuture(left)
          : attempt(parts.remove(), WHOLE_TRIES).compose(done -> rest());
    }

    private Future<Void> attempt(List<Pending> batch, int tries) {
      List<Pending> live = giveUpOnExpired(batch, answer);
      if (live.isEmpty()) {
        return Future.succeededFuture();
      }
      List<Steer> commands = new ArrayList<>(live.size());
      for (Pending pending : live) {
        commands.add(pending.command());
      }
      metrics.batch(live.size());
      return sink.apply(commands.get(0).operation(), commands)
          .transform(
              applied -> {
                if (applied.succeeded()) {
                  deliver(live, applied.result(), answer);
                  return Future.succeededFuture();
                }
                return retry(live, tries, StoreException.of(applied.cause()));
              });
    }

    private Future<Void> retry(List<Pending> batch, int tries, StoreException failure) {
      metrics.retried(failure.kind());
      switch (failure.kind()) {
        case CONFLICT -> {
          return tries < WHOLE_TRIES ? attempt(batch, tries + 1) : split(batch);
        }
        case ROLLED_BACK -> {
          if (sameInstance(batch)) {
            left.addAll(batch);
            return Future.succeededFuture();
          }
          return split(batch);
        }
        case NOT_SENT, UNKNOWN -> {
          return later(batch, tries);
        }
        case BROKEN -> {
          log.atError()
              .addKeyValue("commands", batch.size())
              .addKeyValue("requestId", batch.get(0).command().ticket().requestId())
              .log("a statement cannot succeed: " + failure.getMessage());
          if (batch.size() == 1) {
            answer.accept(batch.get(0), Outcome.of(Kind.UNAVAILABLE));
            return Future.succeededFuture();
          }
          return split(batch);
        }
      }
      throw new IllegalStateException("every kind of failure is decided above");
    }

    private Future<Void> later(List<Pending> batch, int tries) {
      long millis = Math.min(LONGEST_PAUSE_MILLIS, SHORTEST_PAUSE_MILLIS << Math.min(tries, 5));
      return pause.apply(millis).compose(paused -> attempt(batch, tries + 1));
    }

    private Future<Void> split(List<Pending> batch) {
      if (batch.size() == 1) {
        left.add(batch.get(0));
      } else {
        int size = (batch.size() + PARTS - 1) / PARTS;
        for (int from = 0; from < batch.size(); from += size) {
          parts.add(batch.subList(from, Math.min(batch.size(), from + size)));
        }
      }
      return Future.succeededFuture();
    }
  }

  /** Then one lock holds them all up, and apart each would wait for it. */
  private static boolean sameInstance(List<Pending> batch) {
    Steer first = batch.get(0).command();
    for (Pending pending : batch) {
      Steer command = pending.command();
      if (!command.instanceId().equals(first.instanceId())
          || !command.ticket().accountId().equals(first.ticket().accountId())) {
        return false;
      }
    }
    return true;
  }

  private void deliver(
      List<Pending> batch, List<Applied> applied, BiConsumer<Pending, Outcome> answer) {
    for (int i = 0; i < batch.size(); i++) {
      Applied one = applied.get(i);
      answer.accept(batch.get(i), one.outcome());
      if (one.event() != null) {
        publisher.accept(one.event());
      }
    }
  }

  private List<Pending> giveUpOnExpired(List<Pending> batch, BiConsumer<Pending, Outcome> answer) {
    long now = nanoTime.getAsLong();
    List<Pending> live = new ArrayList<>(batch.size());
    for (Pending pending : batch) {
      if (pending.expired(now)) {
        metrics.expired();
        answer.accept(pending, Outcome.of(Kind.UNAVAILABLE));
      } else {
        live.add(pending);
      }
    }
    return live;
  }
}
