package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.EventKind;
import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Many clients at once through the whole service: one effect, and everybody is told of it. */
@RunningService("HOLDPOINT_COMMANDS_DEADLINE=10s")
class MainJobConcurrencyIT {
  private static final long SEED = Long.getLong("holdpoint.seed", 20_260_104);
  private static final int CLIENTS = 200;
  private static final int ROUNDS = 15 * Integer.getInteger("holdpoint.soak.factor", 1);
  private static final String INTERRUPT = "interrupt";
  private static final String RESUME = "resume";
  private static final String MISMATCH = "IdempotentParameterMismatch";

  @Test
  void oneTokenFromManyClientsInterruptsOnce(ServiceFixture service, TestDatabase database) {
    String instance = withAStepInFlight(service);

    List<Reply> replies = atOnce(i -> call(service, INTERRUPT, instance, "shared-" + instance));

    assertThat(replies).allMatch(reply -> reply.status() == 200);
    assertThat(replies).extracting(Reply::result).containsOnly(true);
    assertThat(replies.stream().map(reply -> reply.header("x-holdpoint-epoch")).distinct())
        .hasSize(1);
    List<Reply> first = without(replies, "Idempotency-Replayed");
    assertThat(first).hasSize(1);
    String requestId = first.get(0).header("x-acs-request-id");
    assertThat(replies)
        .filteredOn(reply -> !reply.header("x-acs-request-id").equals(requestId))
        .extracting(reply -> reply.header("x-holdpoint-original-request-id"))
        .containsOnly(requestId);
    assertThat(events(database, instance, EventKind.INTERRUPTED)).isEqualTo(1);
    assertThat(replies.stream().map(reply -> reply.header("x-acs-request-id")).distinct())
        .hasSize(CLIENTS);
    HistoryCheck.holds(database);
  }

  @Test
  void manyTokensOnOneInstanceInterruptOnce(ServiceFixture service, TestDatabase database) {
    String instance = withAStepInFlight(service);

    List<Reply> replies = atOnce(i -> call(service, INTERRUPT, instance, "own-" + i));

    assertThat(replies).allMatch(reply -> reply.status() == 200);
    assertThat(replies).extracting(Reply::result).containsOnly(true);
    assertThat(without(replies, "Idempotency-Replayed")).hasSize(CLIENTS);
    assertThat(outcomes(replies, "applied")).isEqualTo(1);
    assertThat(outcomes(replies, "already")).isEqualTo(CLIENTS - 1);
    assertThat(events(database, instance, EventKind.INTERRUPTED)).isEqualTo(1);
    HistoryCheck.holds(database);
  }

  @Test
  void interruptsAndResumesOfARunningTaskLeaveATrueHistory(
      ServiceFixture service, TestDatabase database) {
    Random random = new Random(SEED);
    String context = "holdpoint.seed=" + SEED;
    String instance = service.createInstance(1);
    service.putNodes(instance, 60, new JsonObject());
    assertThat(service.restart(instance).status()).isEqualTo(200);
    service.await(instance, EventKind.STARTED);

    List<Reply> replies =
        atOnce(
            i -> {
              String operation = random.nextBoolean() ? INTERRUPT : RESUME;
              String mode = List.of("finish-step", "safe-point", "now").get(random.nextInt(3));
              return operation.equals(INTERRUPT)
                  ? call(
                      service, operation, instance, "mix-" + i, "x-holdpoint-interrupt-mode", mode)
                  : call(service, operation, instance, "mix-" + i);
            });

    assertThat(replies).as(context).allMatch(reply -> reply.status() == 200);
    HistoryCheck.holds(database, context);
    long changed =
        Stream.of(EventKind.INTERRUPTED, EventKind.INTERRUPT_TIGHTENED, EventKind.RESUMED)
            .mapToLong(kind -> events(database, instance, kind))
            .sum();
    assertThat(outcomes(replies, "applied")).as(context).isEqualTo(changed).isPositive();
    assertThat(service.resume(instance, "at-last").result()).as(context).isEqualTo(true);
    service.await(instance, EventKind.SUCCEEDED);
    HistoryCheck.holds(database, context);
  }

  @Test
  void tokenForTwoInstancesAtOnceMovesOne(ServiceFixture service, TestDatabase database) {
    List<String> instances = Stream.generate(() -> withAStepInFlight(service)).limit(2).toList();
    for (int round = 0; round < ROUNDS; round++) {
      String token = "either-" + round;

      List<Reply> replies = atOnce(2, i -> call(service, INTERRUPT, instances.get(i), token));

      int winner = assertOneWins(replies);
      assertThat(service.status(instances.get(winner))).isEqualTo("suspended");
      assertThat(service.status(instances.get(1 - winner))).isEqualTo("activating");
      assertThat(service.resume(instances.get(winner), "on-" + round).result()).isEqualTo(true);
    }
    long moved =
        instances.stream().mapToLong(i -> events(database, i, EventKind.INTERRUPTED)).sum();
    assertThat(moved).isEqualTo(ROUNDS);
    HistoryCheck.holds(database);
  }

  @Test
  void tokenForTwoOperationsAtOnceDoesOne(ServiceFixture service, TestDatabase database) {
    String instance = withAStepInFlight(service);
    int interrupted = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String token = "both-" + round;
      boolean interruptIsSentFirst = round % 2 == 0;

      List<Reply> replies =
          atOnce(
              2,
              i ->
                  call(
                      service,
                      (i == 0) == interruptIsSentFirst ? INTERRUPT : RESUME,
                      instance,
                      token));

      boolean interruptWon = (assertOneWins(replies) == 0) == interruptIsSentFirst;
      interrupted += interruptWon ? 1 : 0;
      assertThat(service.status(instance)).isEqualTo(interruptWon ? "suspended" : "activating");
      assertThat(service.resume(instance, "then-" + round).result()).isEqualTo(true);
    }
    assertThat(interrupted).isPositive().isLessThan(ROUNDS);
    assertThat(events(database, instance, EventKind.INTERRUPTED)).isEqualTo(interrupted);
    assertThat(events(database, instance, EventKind.RESUMED)).isEqualTo(interrupted);
    HistoryCheck.holds(database);
  }

  /** The place of the one that won; the other was refused for its token. */
  private static int assertOneWins(List<Reply> replies) {
    assertThat(replies).extracting(Reply::status).containsExactlyInAnyOrder(200, 400);
    int winner = replies.get(0).status() == 200 ? 0 : 1;
    assertThat(replies.get(winner).result()).isEqualTo(true);
    assertThat(replies.get(1 - winner).code()).isEqualTo(MISMATCH);
    return winner;
  }

  /** An instance whose task stands in its first step for as long as the test takes. */
  private static String withAStepInFlight(ServiceFixture service) {
    String instance = service.createInstance(1);
    service.putNodes(instance, 2, new JsonObject().put("checkMillis", 120_000));
    assertThat(service.restart(instance).status()).isEqualTo(200);
    service.await(instance, EventKind.STEP_BEGUN);
    return instance;
  }

  private static CompletableFuture<Reply> call(
      ServiceFixture service, String operation, String instance, String token, String... headers) {
    String path = "/openapi/logstashes/" + instance + "/actions/" + operation;
    return service.api().postAsync(path + "?clientToken=" + token, headers);
  }

  private static List<Reply> atOnce(IntFunction<CompletableFuture<Reply>> call) {
    return atOnce(CLIENTS, call);
  }

  private static List<Reply> atOnce(int clients, IntFunction<CompletableFuture<Reply>> call) {
    List<CompletableFuture<Reply>> calls = IntStream.range(0, clients).mapToObj(call).toList();
    return calls.stream().map(CompletableFuture::join).toList();
  }

  private static List<Reply> without(List<Reply> replies, String header) {
    return replies.stream().filter(reply -> reply.header(header).isEmpty()).toList();
  }

  private static long outcomes(List<Reply> replies, String outcome) {
    return replies.stream()
        .filter(reply -> reply.header("x-holdpoint-outcome").equals(outcome))
        .count();
  }

  private static long events(TestDatabase database, String instance, EventKind kind) {
    return HistoryCheck.events(database).stream()
        .filter(event -> event.instanceId().equals(instance) && event.kind() == kind)
        .count();
  }
}
