package io.holdpoint.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.ApiClient;
import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.Await;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.InSoak;
import io.holdpoint.testkit.Operator;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.StoppablePostgres;
import io.holdpoint.testkit.TokenStorm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database takes connections and answers nothing, for longer than any time-out. */
class FrozenDatabaseIT {
  private static final Duration ANSWERED = Duration.ofMillis(2_900);
  private static final Duration FROZEN = Duration.ofSeconds(7);
  private static final Duration RECOVERED = Duration.ofSeconds(15);

  @TempDir Path directory;

  @InSoak
  @Test
  void frozenDatabaseIs503sInTimeAndRecoveryByItself() throws Exception {
    try (StoppablePostgres postgres = new StoppablePostgres(directory);
        ServiceFixture service =
            ServiceFixture.start(
                postgres.database().runtimeUri(),
                Map.of("HOLDPOINT_SIMULATED_STOP", "50ms", "HOLDPOINT_SIMULATED_START", "50ms"))) {
      ApiClient management = new ApiClient(service.service().managementPort());
      List<String> instances =
          IntStream.range(0, 6).mapToObj(i -> service.createInstance(100)).toList();
      instances.forEach(service::restart);
      try (TokenStorm storm = new TokenStorm(service.api(), instances, 16, 3)) {
        storm.awaitAnswers(200);
        postgres.freeze();
        try {
          long thaw = System.nanoTime() + FROZEN.toNanos();
          while (System.nanoTime() < thaw) {
            assertUnavailable(service, instances.get(0));
            assertThat(management.get("/health/ready").status()).isEqualTo(503);
            assertThat(management.get("/health/live").status()).isEqualTo(200);
          }
        } finally {
          postgres.thaw();
        }

        Await.until(
            RECOVERED, "ready again", () -> management.get("/health/ready").status() == 200);
        storm.awaitAnswers(200);
        assertThat(storm.stop()).allMatch(TokenStorm.Answered::result);
        assertThat(storm.slowest()).isLessThan(ANSWERED);
        assertThat(storm.contradictions()).isEmpty();
      }
      Await.until(
          RECOVERED,
          "no more connections than the pools may hold",
          () ->
              postgres
                      .database()
                      .count("SELECT count(*) FROM pg_stat_activity WHERE usename = 'holdpoint'")
                  <= 11);
      HistoryCheck.holds(postgres.database());
    }
  }

  private static void assertUnavailable(ServiceFixture service, String instance) throws Exception {
    Reply reply =
        service
            .api()
            .postAsync(Operator.steer(instance, "interrupt", "frozen-" + System.nanoTime()))
            .get(ANSWERED.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(reply.status()).as(reply.body()).isEqualTo(503);
  }
}
