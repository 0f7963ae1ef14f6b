package io.holdpoint.manager;

import io.holdpoint.config.AuditConfig;
import io.holdpoint.store.AuditStore;
import io.holdpoint.store.StoreException;
import io.holdpoint.task.AuditRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what was decided about calls and writes it in batches, so that no call waits for it: when
 * the oldest has waited {@link #LINGER_MILLIS} or {@link #BATCH} wait, whichever is first; one
 * statement in flight. While the database is away records wait, bounded ({@link AuditQueue}), and
 * what does not fit is counted. A killed process loses what it had not written: a fifth of a second
 * of decisions; what was changed stands in the events all the same.
 */
public final class AuditTrail {
  static final int BATCH = 500;
  static final long LINGER_MILLIS = 200;

  private static final long LONGEST_PAUSE_MILLIS = 2_000;
  private static final Logger log = LoggerFactory.getLogger(AuditTrail.class);

  private final Sink sink;
  private final LongFunction<Future<Void>> pause;
  private final AuditQueue queue;
  private final Map<AuditQueue.Worth, Counter> dropped = new EnumMap<>(AuditQueue.Worth.class);
  private final Promise<Void> drained = Promise.promise();
  private boolean busy;
  private boolean lingering;
  private boolean closing;

  /** Writes all records or none; doing it again changes nothing. */
  @FunctionalInterface
  interface Sink {
    Future<Void> append(List<AuditRecord> records);
  }

  public AuditTrail(Vertx vertx, AuditStore store, AuditConfig config, MeterRegistry registry) {
    this(
        store::append,
        millis -> {
          Promise<Void> over = Promise.promise();
          vertx.setTimer(millis, fired -> over.complete());
          return over.future();
        },
        config,
        registry);
  }

  /**
   * @param pause a future that completes after so many milliseconds
   */
  AuditTrail(
      Sink sink, LongFunction<Future<Void>> pause, AuditConfig config, MeterRegistry registry) {
    this.sink = sink;
    this.pause = pause;
    // The batch in flight counts as well.
    queue = new AuditQueue(config.maxWaiting() - BATCH);
    for (AuditQueue.Worth worth : AuditQueue.Worth.values()) {
      dropped.put(
          worth,
          Counter.builder("holdpoint.audit.dropped")
              .description("audit records that were not written, by what they were worth")
              .tag("worth", worth.text())
              .register(registry));
    }
    Gauge.builder("holdpoint.audit.waiting", this::waiting)
        .description("audit records that wait to be written")
        .register(registry);
  }

  private synchronized int waiting() {
    return queue.size();
  }

  /** Never blocks and never fails; for any thread. */
  public void record(AuditRecord record) {
    AuditQueue.Worth gone;
    boolean full = false;
    boolean first = false;
    synchronized (this) {
      gone = closing ? AuditQueue.Worth.of(record) : queue.add(record);
      if (!busy && queue.size() >= BATCH) {
        busy = true;
        full = true;
      } else if (!busy && !lingering && !closing) {
        lingering = true;
        first = true;
      }
    }
    if (gone != null) {
      dropped.get(gone).increment();
    }
    if (full) {
      send();
    } else if (first) {
      linger();
    }
  }

  private void linger() {
    pause
        .apply(LINGER_MILLIS)
        .onSuccess(
            over -> {
              synchronized (this) {
                lingering = false;
                if (busy || queue.size() == 0) {
                  return;
                }
                busy = true;
              }
              send();
            });
  }

  private void send() {
    List<AuditRecord> batch;
    synchronized (this) {
      batch = queue.take(BATCH);
    }
    write(batch, LINGER_MILLIS).onComplete(written -> next());
  }

  private void next() {
    boolean more = false;
    boolean wait = false;
    boolean done = false;
    synchronized (this) {
      int left = queue.size();
      if (left >= BATCH || closing && left > 0) {
        more = true;
      } else {
        busy = false;
        done = closing;
        wait = left > 0 && !lingering;
        lingering |= wait;
      }
    }
    if (more) {
      send();
    } else if (wait) {
      linger();
    } else if (done) {
      drained.tryComplete();
    }
  }

  private Future<Void> write(List<AuditRecord> batch, long pauseMillis) {
    return Future.succeededFuture(batch)
        // Inside the chain, so that a sink that throws does not stop the trail for ever.
        .compose(sink::append)
        .recover(failure -> again(batch, pauseMillis, StoreException.of(failure)));
  }

  private Future<Void> again(List<AuditRecord> batch, long pauseMillis, StoreException failure) {
    boolean alone = batch.size() == 1;
    if (!failure.retryable() && alone) {
      AuditRecord lost = batch.get(0);
      dropped.get(AuditQueue.Worth.of(lost)).increment();
      log.atError()
          .addKeyValue("requestId", lost.requestId())
          .log("an audit record cannot be written: " + failure.getMessage());
      return Future.succeededFuture();
    }
    if (pauseMillis == LINGER_MILLIS) {
      log.atWarn()
          .addKeyValue("records", batch.size())
          .log("audit records could not be written yet: " + failure.getMessage());
    }
    long longer = Math.min(LONGEST_PAUSE_MILLIS, 2 * pauseMillis);
    boolean divide = !failure.retryable() || failure.kind() == StoreException.Kind.ROLLED_BACK;
    if (alone || !divide) {
      return pause.apply(pauseMillis).compose(over -> write(batch, longer));
    }
    // One that cannot be written, or too many for the time there is: the halves fare better.
    int half = batch.size() / 2;
    return write(batch.subList(0, half), longer)
        .compose(over -> write(batch.subList(half, batch.size()), longer));
  }

  /** Takes no more and writes what waits; completes when that is done, however long it takes. */
  public Future<Void> close() {
    boolean send;
    boolean done;
    synchronized (this) {
      closing = true;
      done = !busy && queue.size() == 0;
      send = !busy && !done;
      busy |= send;
    }
    if (done) {
      drained.tryComplete();
    } else if (send) {
      send();
    }
    return drained.future();
  }
}
