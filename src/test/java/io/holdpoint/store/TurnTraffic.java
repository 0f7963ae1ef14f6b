package io.holdpoint.store;

import static io.holdpoint.testkit.StoreSession.await;

import io.holdpoint.store.TurnStore.Turned;
import io.holdpoint.task.Command.Turn;
import io.holdpoint.task.Decision;
import io.holdpoint.task.EventKind;
import io.holdpoint.task.Operation;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.testkit.StoreSession;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A human who turns suspended tasks back, away or on, at random. */
final class TurnTraffic {
  private static final int LUCKLESS = 20;

  final Queue<TaskEvent> events = new ConcurrentLinkedQueue<>();
  private final List<String> instances;

  TurnTraffic(List<String> instances) {
    this.instances = instances;
  }

  /**
   * @param turns more of them when by then no decision has met a task that waits for one: that
   *     takes luck
   */
  void send(StoreSession session, Random random, int turns) {
    for (int i = 0; i < turns || !decided() && i < LUCKLESS * turns; i++) {
      String instance = instances.get(random.nextInt(instances.size()));
      int kind = random.nextInt(10);
      Operation operation =
          kind < 8 ? Operation.DECIDE : kind < 9 ? Operation.REVERT : Operation.ABANDON;
      Decision decision =
          operation == Operation.DECIDE
              ? Decision.values()[random.nextInt(Decision.values().length)]
              : null;
      Turn turn = StoreSession.turn(operation, instance, "turn-" + i + "-" + instance, decision);
      try {
        // Twice, as a client does whose connection dropped: the second one changes nothing.
        for (int copy = 0; copy < 2; copy++) {
          Turned turned = await(session.turns().turn(turn));
          if (turned.event() != null) {
            events.add(turned.event());
          }
        }
      } catch (StoreException conflict) {
        if (!conflict.retryable()) {
          throw conflict;
        }
      }
    }
  }

  private boolean decided() {
    return events.stream().anyMatch(event -> event.kind() == EventKind.DECIDED);
  }
}
