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
import io.holdpoint.testkit.TestDatabase;
import io.holdpoint.testkit.TokenStorm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database ends under load and comes back. */
class DatabaseOutageIT {
  /** The deadline is 2 s, some clients give up at 3. */
  private static final Duration ANSWERED = Duration.ofMillis(2_900);

  private static final Duration RECOVERED = Duration.ofSeconds(10);
  private static final int NODES = 100;

  @TempDir static Path directory;
  private static StoppablePostgres postgres;
  private static TestDatabase database;
  private static ServiceFixture service;
  private static ApiClient management;

  @BeforeAll
  static void start() {
    postgres = new StoppablePostgres(directory);
    database = postgres.database();
    service =
        ServiceFixture.start(
            database.runtimeUri(),
            Map.of("HOLDPOINT_SIMULATED_STOP", "50ms", "HOLDPOINT_SIMULATED_START", "50ms"));
    management = new ApiClient(service.service().managementPort());
  }

  @AfterAll
  static void stop() {
    service.close();
    postgres.close();
  }

  @InSoak
  @Test
  void stoppedDatabaseIsQuickHonest503sAndRecoveryByItself() throws Exception {
    outage(postgres::stop, 1);
  }

  @Test
  void crashedDatabaseIsQuickHonest503sAndRecoveryByItself() throws Exception {
    outage(postgres::kill, 2);
  }

  private static void outage(Runnable end, long seed) throws Exception {
    String working = restarted();
    List<String> steered = IntStream.range(0, 8).mapToObj(i -> restarted()).toList();
    try (TokenStorm storm = new TokenStorm(service.api(), steered, 16, seed)) {
      storm.awaitAnswers(300);
      end.run();
      assertUnavailable(working);
      postgres.start();

      Await.until(RECOVERED, "ready again", () -> readiness() == 200);
      storm.awaitAnswers(300);
      assertThat(storm.stop()).allMatch(TokenStorm.Answered::result);
      assertThat(storm.slowest()).isLessThan(ANSWERED);
      assertThat(storm.retries()).isPositive();
      assertThat(storm.contradictions()).isEmpty();
    }
    assertGoesOn(working);
    assertThat(database.count("SELECT sum(failures) FROM steps")).isZero();
    assertThat(service.task(working).getInteger("stepsStartedAfterAck")).isZero();
    HistoryCheck.holds(database);
  }

  private static String restarted() {
    String instance = service.createInstance(NODES);
    assertThat(service.restart(instance).status()).isEqualTo(200);
    return instance;
  }

  private static void assertUnavailable(String instance) throws Exception {
    Await.until(ANSWERED, "not ready", () -> readiness() == 503);
    String begunBefore = stepsBegun();
    String path = "/openapi/logstashes/" + instance;
    List<CompletableFuture<Reply>> replies =
        List.of(
            service.api().postAsync(Operator.steer(instance, "interrupt", token())),
            service.api().postAsync(Operator.steer(instance, "interrupt", token())),
            service.api().postAsync(Operator.steer(instance, "resume", token())),
            service.api().postAsync(path + "/actions/restart?clientToken=" + token()),
            CompletableFuture.supplyAsync(() -> service.api().get(path)),
            CompletableFuture.supplyAsync(
                () -> service.api().get("/v1/instances/" + instance + "/events")));
    for (CompletableFuture<Reply> answer : replies) {
      Reply reply = answer.get(ANSWERED.toMillis(), TimeUnit.MILLISECONDS);
      assertThat(reply.status()).as(reply.body()).isEqualTo(503);
      assertThat(reply.code()).isEqualTo("ServiceUnavailable");
      assertThat(reply.header("x-acs-retry-after")).isNotEmpty();
      assertThat(reply.json().getString("RequestId")).isNotEmpty();
    }
    assertThat(management.get("/health/live").status()).isEqualTo(200);
    assertThat(stepsBegun()).as("steps begun while blind").isEqualTo(begunBefore);
  }

  private static void assertGoesOn(String instance) {
    String sql =
        "SELECT count(*) FROM events WHERE kind = 'step-done' AND instance_id = '" + instance + "'";
    long before = database.count(sql);
    Await.until(RECOVERED, "steps are done again", () -> database.count(sql) > before);
  }

  private static String token() {
    return UUID.randomUUID().toString();
  }

  private static int readiness() {
    return management.get("/health/ready").status();
  }

  private static String stepsBegun() {
    return management
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("holdpoint_steps_begun_total"))
        .findFirst()
        .orElseThrow();
  }
}
