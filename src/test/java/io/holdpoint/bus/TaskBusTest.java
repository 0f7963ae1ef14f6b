package io.holdpoint.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.Command.Steer;
import io.holdpoint.task.EventKind;
import io.holdpoint.task.Fingerprint;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.Operation;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.task.TaskState;
import io.holdpoint.task.Ticket;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class TaskBusTest {
  private static final Duration DEADLINE = Duration.ofMillis(50);

  @Test
  void commandGetsTheOutcomeOfItsServer(Vertx vertx, VertxTestContext test) {
    TaskBus bus = new TaskBus(vertx, DEADLINE);
    bus.serveCommands(command -> Future.succeededFuture(Outcome.of(Outcome.Kind.APPLIED)));

    bus.ask(interrupt())
        .onComplete(
            test.succeeding(
                outcome ->
                    test.verify(
                        () -> {
                          assertThat(outcome.kind()).isEqualTo(Outcome.Kind.APPLIED);
                          test.completeNow();
                        })));
  }

  @Test
  void commandWithoutServerIsUnavailable(Vertx vertx, VertxTestContext test) {
    unavailable(new TaskBus(vertx, DEADLINE), test);
  }

  @Test
  void commandWhoseServerFailsIsUnavailable(Vertx vertx, VertxTestContext test) {
    TaskBus bus = new TaskBus(vertx, DEADLINE);
    bus.serveCommands(command -> Future.failedFuture("broken"));
    unavailable(bus, test);
  }

  @Test
  void commandWithoutReplyInTimeIsUnavailable(Vertx vertx, VertxTestContext test) {
    TaskBus bus = new TaskBus(vertx, DEADLINE);
    bus.serveCommands(command -> Promise.<Outcome>promise().future());
    unavailable(bus, test);
  }

  private static void unavailable(TaskBus bus, VertxTestContext test) {
    bus.ask(interrupt())
        .onComplete(
            test.succeeding(
                outcome ->
                    test.verify(
                        () -> {
                          assertThat(outcome.kind()).isEqualTo(Outcome.Kind.UNAVAILABLE);
                          test.completeNow();
                        })));
  }

  @Test
  void everyConsumerGetsAPublishedEvent(Vertx vertx, VertxTestContext test) {
    TaskBus bus = new TaskBus(vertx, DEADLINE);
    TaskEvent event = event(EventKind.INTERRUPTED, TaskState.RUNNING, TaskState.SUSPENDED);
    var both = test.checkpoint(2);
    for (int i = 0; i < 2; i++) {
      bus.onEvent(
          received ->
              test.verify(
                  () -> {
                    assertThat(received).isEqualTo(event);
                    both.flag();
                  }));
    }
    bus.publish(event);
  }

  @Test
  void eventSurvivesTheWire() {
    TaskEventCodec codec = new TaskEventCodec();
    TaskEvent full = event(EventKind.INTERRUPTED, TaskState.RUNNING, TaskState.SUSPENDED);
    TaskEvent bare =
        new TaskEvent(
            "default",
            "ls-1",
            UUID.randomUUID(),
            3,
            EventKind.STEP_DONE,
            null,
            null,
            2,
            0,
            null,
            null,
            null,
            null,
            null,
            null,
            Instant.EPOCH);
    Buffer buffer = Buffer.buffer("before");
    codec.encodeToWire(buffer, full);
    int second = buffer.length();
    codec.encodeToWire(buffer, bare);

    assertThat(codec.decodeFromWire(6, buffer)).isEqualTo(full);
    assertThat(codec.decodeFromWire(second, buffer)).isEqualTo(bare);
  }

  private static TaskEvent event(EventKind kind, TaskState from, TaskState to) {
    return new TaskEvent(
        "default",
        "ls-1",
        UUID.randomUUID(),
        7,
        kind,
        from,
        to,
        4,
        1,
        2,
        "node-1",
        UUID.randomUUID(),
        "somebody",
        "über \"alles\"",
        InterruptMode.NOW,
        Instant.parse("2026-01-02T03:04:05.678Z"));
  }

  private static Steer interrupt() {
    Ticket ticket =
        new Ticket(
            "default",
            "token",
            UUID.randomUUID(),
            Fingerprint.of(Operation.INTERRUPT, "ls-1"),
            "a test",
            null,
            System.nanoTime());
    return new Steer(Operation.INTERRUPT, ticket, "ls-1", InterruptMode.NOW);
  }
}
