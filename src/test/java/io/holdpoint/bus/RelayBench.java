package io.holdpoint.bus;

import io.holdpoint.task.EventKind;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.testkit.BareEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;

/** A relay whose members, loop and clock are the test's. */
final class RelayBench {
  /** Who is in the cluster besides. */
  final Set<String> present = new TreeSet<>(Set.of("a", "b"));

  final Map<String, List<List<Long>>> batches = new HashMap<>();
  private final Map<String, Promise<Void>> underWay = new HashMap<>();
  private final Set<String> answering = new TreeSet<>(present);
  private final Map<String, Throwable> failing = new HashMap<>();
  private final Queue<Runnable> loop = new ArrayDeque<>();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final EventRelay relay;
  private long nanos = Long.MAX_VALUE - Duration.ofSeconds(2).toNanos();
  private long published;

  RelayBench() {
    relay = new EventRelay(() -> present, this::take, loop::add, () -> nanos, registry);
  }

  private Future<Void> take(String member, Buffer batch) {
    batches
        .computeIfAbsent(member, first -> new ArrayList<>())
        .add(EventBatch.read(batch).stream().map(TaskEvent::sequence).toList());
    if (failing.containsKey(member)) {
      return Future.failedFuture(failing.get(member));
    }
    if (answering.contains(member)) {
      return Future.succeededFuture();
    }
    if (underWay.containsKey(member)) {
      throw new AssertionError("a second batch for " + member);
    }
    Promise<Void> answer = Promise.promise();
    underWay.put(member, answer);
    return answer.future();
  }

  /** Publishes so many events in one turn of the loop, numbered on from 1. */
  void publish(int events) {
    for (int i = 0; i < events; i++) {
      relay.send(event(++published));
    }
    turn();
  }

  private void turn() {
    for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
      task.run();
    }
  }

  /** From now on it keeps its answers to itself. */
  void freeze(String member) {
    answering.remove(member);
  }

  void fail(String member, Throwable failure) {
    failing.put(member, failure);
  }

  /** It answers again, also what is under way. */
  void thaw(String member) {
    failing.remove(member);
    answering.add(member);
    Promise<Void> late = underWay.remove(member);
    if (late != null) {
      late.complete();
      turn();
    }
  }

  void giveUp(String member, Throwable failure) {
    underWay.remove(member).fail(failure);
    turn();
  }

  void pass(Duration time) {
    nanos += time.toNanos();
  }

  void close() {
    relay.close();
    turn();
  }

  /** What a member was sent, in the order it came. */
  List<Long> sent(String member) {
    return batches.getOrDefault(member, List.of()).stream().flatMap(List::stream).toList();
  }

  List<List<Long>> batches(String member) {
    return batches.getOrDefault(member, List.of());
  }

  long published() {
    return published;
  }

  long dropped() {
    return (long) registry.get("holdpoint.cluster.hints.dropped").counter().count();
  }

  static TaskEvent event(long sequence) {
    return BareEvent.of("ls-1", sequence, EventKind.INTERRUPTED);
  }
}
