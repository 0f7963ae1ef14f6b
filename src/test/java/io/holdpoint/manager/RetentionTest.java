package io.holdpoint.manager;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.config.CommandConfig;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.Checkpoint;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class RetentionTest {
  private static final long TOOK_MILLIS = 20;
  private static final int BATCH = 10;

  /** The least that must lie between two beginnings: the purge itself and three times that. */
  @Test
  void afterAFullBatchItRestsThreeTimesAsLongAsThatTook(Vertx vertx, VertxTestContext test) {
    List<Long> begun = new ArrayList<>();
    Checkpoint three = test.checkpoint(3);
    Retention retention =
        new Retention(
            vertx,
            "entries",
            (age, limit) -> {
              begun.add(System.nanoTime());
              Promise<Integer> purged = Promise.promise();
              vertx.setTimer(TOOK_MILLIS, over -> purged.complete(limit));
              if (begun.size() > 1) {
                long between = begun.get(begun.size() - 1) - begun.get(begun.size() - 2);
                test.verify(
                    () ->
                        assertThat(between)
                            .isGreaterThanOrEqualTo(
                                TimeUnit.MILLISECONDS.toNanos(4 * TOOK_MILLIS - 4)));
                three.flag();
              }
              return purged.future();
            },
            Duration.ofDays(7),
            new CommandConfig(
                Duration.ofSeconds(2),
                1,
                1 << 20,
                1,
                Duration.ofDays(7),
                Duration.ofSeconds(1),
                BATCH));
    retention.start();
  }
}
