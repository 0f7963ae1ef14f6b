package io.holdpoint.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.Answer;
import io.holdpoint.task.EventKind;
import io.holdpoint.task.Query.ReadStream;
import io.holdpoint.task.StreamEnd;
import io.holdpoint.task.StreamEntry;
import io.holdpoint.testkit.BareEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.Checkpoint;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class StreamFollowerTest {
  private static final Duration NEVER = Duration.ofHours(1);
  private static final Duration AT_ONCE = Duration.ofMillis(1);

  private final List<Long> stream = new CopyOnWriteArrayList<>();
  private final List<Long> got = new CopyOnWriteArrayList<>();

  @Test
  void everyEntryBehindThePositionComesInOrderOverAnyNumberOfPages(
      Vertx vertx, VertxTestContext test) {
    TaskBus bus = bus(vertx);
    grow(1_000);

    bus.follow("default", 10, NEVER, take(990, test.checkpoint()));

    verifyAtEnd(test, LongStream.rangeClosed(11, 1_000).boxed().toList());
  }

  @Test
  void aHintOfItsAccountEndsTheWait(Vertx vertx, VertxTestContext test) {
    TaskBus bus = bus(vertx);
    grow(1);
    Checkpoint all = test.checkpoint();
    bus.follow(
        "default",
        0,
        NEVER,
        entry -> {
          got.add(entry.position());
          if (entry.position() == 1) {
            grow(2);
            bus.announce(new StreamEnd("default", 2));
          } else {
            all.flag();
          }
          return Future.succeededFuture();
        });
    verifyAtEnd(test, List.of(1L, 2L));
  }

  @Test
  void withoutAHintItLooksAgain(Vertx vertx, VertxTestContext test) {
    TaskBus bus = bus(vertx);
    bus.follow("default", 0, AT_ONCE, take(3, test.checkpoint()));
    vertx.setTimer(20, later -> grow(3));
    verifyAtEnd(test, List.of(1L, 2L, 3L));
  }

  @Test
  void whatItsConsumerFailedOnComesAgainAndNothingOvertakesIt(Vertx vertx, VertxTestContext test) {
    TaskBus bus = bus(vertx);
    grow(3);
    Checkpoint all = test.checkpoint();
    List<Long> tried = new ArrayList<>();
    bus.follow(
        "default",
        0,
        AT_ONCE,
        entry -> {
          tried.add(entry.position());
          if (entry.position() == 2 && tried.size() < 5) {
            throw new IllegalStateException("played by a test");
          }
          got.add(entry.position());
          if (entry.position() == 3) {
            all.flag();
          }
          return Future.succeededFuture();
        });
    verifyAtEnd(test, List.of(1L, 2L, 3L));
  }

  @Test
  void onceStoppedNothingComes(Vertx vertx, VertxTestContext test) {
    TaskBus bus = bus(vertx);
    grow(500);
    Checkpoint stopped = test.checkpoint();
    List<TaskBus.Registration> registration = new ArrayList<>();
    registration.add(
        bus.follow(
            "default",
            0,
            AT_ONCE,
            entry -> {
              got.add(entry.position());
              if (entry.position() == 250) {
                registration.get(0).stop();
                vertx.setTimer(30, over -> stopped.flag());
              }
              return Future.succeededFuture();
            }));
    verifyAtEnd(test, LongStream.rangeClosed(1, 250).boxed().toList());
  }

  private TaskBus bus(Vertx vertx) {
    TaskBus bus = new TaskBus(vertx, Duration.ofSeconds(2));
    bus.serveQueries(
        query -> {
          ReadStream read = (ReadStream) query;
          return Future.succeededFuture(
              new Answer.Streamed(
                  stream.stream()
                      .filter(position -> position > read.after())
                      .limit(read.limit())
                      .map(StreamFollowerTest::entry)
                      .toList()));
        });
    return bus;
  }

  private void grow(long end) {
    stream.clear();
    stream.addAll(LongStream.rangeClosed(1, end).boxed().toList());
  }

  private Function<StreamEntry, Future<Void>> take(int count, Checkpoint all) {
    return entry -> {
      got.add(entry.position());
      if (got.size() == count) {
        all.flag();
      }
      return Future.succeededFuture();
    };
  }

  private static StreamEntry entry(long position) {
    return new StreamEntry(position, BareEvent.of("ls-cn-1", position, EventKind.STEP_DONE));
  }

  private void verifyAtEnd(VertxTestContext test, List<Long> expected) {
    try {
      assertThat(test.awaitCompletion(10, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    assertThat(got).isEqualTo(expected);
  }
}
