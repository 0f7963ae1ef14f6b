package io.holdpoint.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class LoadRunTest {
  private static final int MOST = 500;

  /** Answers after a time. */
  private static final class SlowLane implements Lane {
    private final Vertx vertx;
    private final long millis;
    private final List<Integer> sent = new ArrayList<>();

    SlowLane(Vertx vertx, long millis) {
      this.vertx = vertx;
      this.millis = millis;
    }

    @Override
    public Future<String> send(int index) {
      sent.add(index);
      Promise<String> answer = Promise.promise();
      vertx.setTimer(millis, over -> answer.complete("true"));
      return answer.future();
    }

    @Override
    public Future<Void> close() {
      return Future.succeededFuture();
    }
  }

  @Test
  void aClosedLoopAsksAgainOnceItWasAnsweredAndEndsWithTheRequests(Vertx vertx) throws Exception {
    List<SlowLane> lanes = List.of(new SlowLane(vertx, 1), new SlowLane(vertx, 1));
    Acknowledged acknowledged = new Acknowledged(20);
    LoadRun run = new LoadRun(vertx, order(0, 60_000, 20), lanes, acknowledged);

    finish(vertx, run);

    assertThat(acknowledged.count()).isEqualTo(20);
    assertThat(lanes.get(0).sent.size() + lanes.get(1).sent.size()).isEqualTo(20);
    assertThat(run.latencies().getTotalCount()).isEqualTo(20);
  }

  @Test
  void anOpenLoopCountsTheTimeThatADueRequestWaitedForAConnection(Vertx vertx) throws Exception {
    SlowLane lane = new SlowLane(vertx, 20);
    LoadRun run =
        new LoadRun(vertx, order(1_000, 300, MOST), List.of(lane), new Acknowledged(MOST));

    finish(vertx, run);

    // Some fifteen were sent, at 20 ms each, of three hundred that were due.
    assertThat(lane.sent).hasSizeLessThan(100);
    assertThat(run.late()).isGreaterThan(100);
    assertThat(run.latencies().getMaxValue()).isGreaterThan(TimeUnit.MILLISECONDS.toMicros(100));
  }

  @Test
  void aLaneThatIsLostIsNotAskedAgainAndWithoutAnyTheRunIsOver(Vertx vertx) throws Exception {
    List<Lane> lanes = List.of(new LostLane(), new LostLane());
    Acknowledged acknowledged = new Acknowledged(MOST);
    LoadRun run = new LoadRun(vertx, order(0, 60_000, MOST), lanes, acknowledged);

    finish(vertx, run);

    assertThat(acknowledged.counts()).containsExactly(Map.entry("gone", 2L));
  }

  private static final class LostLane implements Lane {
    @Override
    public Future<String> send(int index) {
      return Future.failedFuture("gone");
    }

    @Override
    public Future<Void> close() {
      return Future.succeededFuture();
    }
  }

  private static void finish(Vertx vertx, LoadRun run) throws Exception {
    Promise<Void> done = Promise.promise();
    vertx.runOnContext(begin -> run.run().onComplete(done));
    done.future().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static LoadOrder order(int rate, int millis, int most) {
    return new LoadOrder(
        List.of(1),
        "",
        null,
        Mix.INTERRUPT,
        1,
        rate,
        false,
        0,
        millis,
        "p-",
        0,
        1_000,
        most,
        "nowhere");
  }
}
