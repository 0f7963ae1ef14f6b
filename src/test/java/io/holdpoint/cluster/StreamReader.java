package io.holdpoint.cluster;

import io.holdpoint.testkit.Endpoint;
import io.holdpoint.testkit.SseClient;
import io.holdpoint.testkit.SseClient.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A client of the events that goes on at any node, where it was, whenever it is cut off. */
final class StreamReader {
  private static final int PER_CONNECTION = 25;
  private static final long PAUSE_NANOS = 10_000_000;

  private final List<Endpoint> endpoints;
  private final Random random;
  private final List<Long> positions = new ArrayList<>();
  private final Map<String, List<Long>> sequences = new HashMap<>();
  private final AtomicLong position = new AtomicLong();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile boolean over;

  StreamReader(List<Endpoint> endpoints, Random random) {
    this.endpoints = endpoints;
    this.random = random;
  }

  void run() {
    while (!over) {
      Endpoint endpoint = endpoints.get(random.nextInt(endpoints.size()));
      Map<String, String> last = Map.of("Last-Event-ID", Long.toString(position.get()));
      try (SseClient client = SseClient.open(endpoint, "/v1/events", last)) {
        connections.incrementAndGet();
        for (int i = 0; i < PER_CONNECTION && client.status() == 200 && !over; i++) {
          take(client.next(2));
        }
      } catch (IllegalStateException | AssertionError cutOff) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private synchronized void take(Message message) {
    positions.add(message.position());
    sequences
        .computeIfAbsent(message.json().getString("taskId"), first -> new ArrayList<>())
        .add(message.json().getLong("sequence"));
    position.set(message.position());
  }

  void end() {
    over = true;
  }

  long position() {
    return position.get();
  }

  synchronized List<Long> positions() {
    return List.copyOf(positions);
  }

  synchronized Map<String, List<Long>> sequences() {
    return Map.copyOf(sequences);
  }

  int connections() {
    return connections.get();
  }
}
