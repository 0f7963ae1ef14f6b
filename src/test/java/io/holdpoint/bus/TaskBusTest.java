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
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
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
  void eventsSurviveTheWireButForThoseThatNobodyHereKnows() {
    TaskEvent full = event(EventKind.INTERRUPTED, TaskState.RUNNING, TaskState.SUSPENDED);
    TaskEvent bare = RelayBench.event(3);
    JsonObject newer = TaskEventJson.toJson(full).put("kind", "evaporated");
    JsonObject richer = TaskEventJson.toJson(full).put("colour", "red");

    Buffer batch =
        EventBatch.of(
            List.of(
                EventBatch.encode(full),
                newer.toBuffer(),
                EventBatch.encode(bare),
                richer.toBuffer()));

    assertThat(EventBatch.read(batch)).containsExactly(full, bare, full);
  }

  @Test
  void relayTellsOtherMembersWhatThisNodeSaysOnly(Vertx vertx, VertxTestContext test) {
    TaskBus bus = new TaskBus(vertx, DEADLINE);
    TaskEvent mine = RelayBench.event(1);
    TaskEvent theirs = RelayBench.event(2);
    TaskEvent last = RelayBench.event(3);
    List<TaskEvent> here = new CopyOnWriteArrayList<>();
    List<TaskEvent> there = new CopyOnWriteArrayList<>();
    bus.onEvent(here::add);
    vertx
        .eventBus()
        .<Buffer>consumer(
            EventBatch.address("other"),
            batch -> {
              there.addAll(EventBatch.read(batch.body()));
              batch.reply(null);
              if (there.contains(last)) {
                test.verify(
                    () -> {
                      assertThat(there).containsExactly(mine, last);
                      assertThat(here).containsExactly(mine, theirs, last);
                      test.completeNow();
                    });
              }
            });
    bus.relay("self", () -> Set.of("other"), () -> 0, new SimpleMeterRegistry());

    bus.publish(mine);
    vertx
        .eventBus()
        .request(EventBatch.address("self"), EventBatch.of(List.of(EventBatch.encode(theirs))))
        .onComplete(test.succeeding(taken -> bus.publish(last)));
  }

  @Test
  void relayThatWasStoppedTakesNothing(Vertx vertx, VertxTestContext test) {
    TaskBus bus = new TaskBus(vertx, DEADLINE);
    TaskBus.Registration relay = bus.relay("self", Set::of, () -> 0, new SimpleMeterRegistry());
    Buffer batch = EventBatch.of(List.of(EventBatch.encode(RelayBench.event(1))));

    relay
        .stop()
        .transform(stopped -> vertx.eventBus().request(EventBatch.address("self"), batch))
        .onComplete(
            test.failing(
                failure ->
                    test.verify(
                        () -> {
                          assertThat(failure)
                              .isInstanceOfSatisfying(
                                  ReplyException.class,
                                  answer ->
                                      assertThat(answer.failureType())
                                          .isEqualTo(ReplyFailure.NO_HANDLERS));
                          test.completeNow();
                        })));
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
