package io.holdpoint.bus;

import io.holdpoint.task.TaskEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Sends this node's events to the other members of the cluster, in batches and in their order. To
 * publish each to all of them would cost a message for every event and member, and Vert.x keeps
 * without a bound what a frozen member does not read. Here a member costs a {@link MemberQueue},
 * and what it does not take in time is dropped and counted: events are hints.
 */
final class EventRelay {
  /** Who has come hears of events after so long at the latest. */
  static final Duration LOOK = Duration.ofSeconds(1);

  private final Supplier<Set<String>> others;
  private final MemberQueue.Line line;
  private final Executor loop;
  private final LongSupplier nanoTime;
  private final Counter dropped;
  private final Map<String, MemberQueue> queues = new HashMap<>();
  private long nextLook;
  private boolean sending;
  private boolean closed;

  /**
   * @param others the other members as far as this one knows; cheap
   * @param loop runs what it is given one after the other; the line's futures complete there too
   */
  EventRelay(
      Supplier<Set<String>> others,
      MemberQueue.Line line,
      Executor loop,
      LongSupplier nanoTime,
      MeterRegistry registry) {
    this.others = others;
    this.line = line;
    this.loop = loop;
    this.nanoTime = nanoTime;
    nextLook = nanoTime.getAsLong();
    dropped =
        Counter.builder("holdpoint.cluster.hints.dropped")
            .description("events that a member of the cluster did not take in time")
            .register(registry);
  }

  /** On any thread; what is published in one turn of the loop goes together. */
  void send(TaskEvent event) {
    loop.execute(() -> add(event));
  }

  private void add(TaskEvent event) {
    if (closed) {
      return;
    }
    look();
    Buffer encoded = null;
    for (MemberQueue queue : queues.values()) {
      if (queue.hasRoom()) {
        encoded = encoded == null ? EventBatch.encode(event) : encoded;
        queue.add(encoded);
      }
    }
    if (encoded != null && !sending) {
      sending = true;
      loop.execute(this::sendWaiting);
    }
  }

  private void sendWaiting() {
    sending = false;
    queues.values().forEach(MemberQueue::send);
  }

  private void look() {
    long now = nanoTime.getAsLong();
    if (now - nextLook < 0) {
      return;
    }
    nextLook = now + LOOK.toNanos();
    Set<String> present = others.get();
    queues
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !present.contains(entry.getKey());
              if (gone) {
                entry.getValue().close();
              }
              return gone;
            });
    for (String member : present) {
      queues.computeIfAbsent(member, come -> new MemberQueue(come, line, nanoTime, dropped));
    }
  }

  /** Sends no more and forgets what waits. */
  void close() {
    loop.execute(
        () -> {
          closed = true;
          queues.values().forEach(MemberQueue::close);
          queues.clear();
        });
  }
}
