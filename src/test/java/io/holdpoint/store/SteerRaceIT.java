package io.holdpoint.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.store.SteerTraffic.Answered;
import io.holdpoint.task.EventKind;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Outcome.Kind;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.HistoryCheck;
import io.holdpoint.testkit.Parallel;
import io.holdpoint.testkit.StoreSession;
import io.holdpoint.testkit.TaskRows;
import io.holdpoint.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Four task managers, a resuming one, one that turns tasks and three workers on the same twelve
 * instances, with repeated, shared and misused tokens: whatever the interleaving, answers and
 * history agree.
 */
@ExtendWith(DatabaseExtension.class)
class SteerRaceIT {
  private static final long SEED = Long.getLong("holdpoint.seed", 20_260_101);
  private static final int FACTOR = Integer.getInteger("holdpoint.soak.factor", 1);
  private static final int BATCHES = 250 * FACTOR;
  private static final int TURNS = 1_000 * FACTOR;
  private static final int INSTANCES = 12;
  private static final int MANAGERS = 4;
  private static final int WORKERS = 3;
  private static final String CONTEXT = "holdpoint.seed=" + SEED;

  @Test
  void answersAndHistoryAgreeWhateverTheInterleaving(TestDatabase database) {
    List<String> instances = new TaskRows(database).instances(INSTANCES);
    SteerTraffic steers = new SteerTraffic(instances);
    StepTraffic steps = new StepTraffic(instances);
    TurnTraffic turns = new TurnTraffic(instances);

    run(database, instances, steers, steps, turns);

    HistoryCheck.holds(database, CONTEXT);
    everyTokenHasOneAnswer(database, steers);
    everyChangeWasToldOnce(database, steers, steps, turns);
    assertThat(steps.lateSettlementsThatDidSomething).as(CONTEXT).hasValue(0);
    theRunWasWorthIt(database, steers);
  }

  private static void run(
      TestDatabase database,
      List<String> instances,
      SteerTraffic steers,
      StepTraffic steps,
      TurnTraffic turns) {
    try (StoreSession session = new StoreSession(database)) {
      session.startAll(instances, StepTraffic.PLAN);
    }
    AtomicInteger sending = new AtomicInteger(MANAGERS + 2);
    List<Runnable> parties = new ArrayList<>();
    for (int i = 0; i <= MANAGERS; i++) {
      Random random = new Random(SEED + i);
      double resumes = i == MANAGERS ? 1 : 0.4;
      parties.add(
          () -> {
            try (StoreSession session = new StoreSession(database)) {
              steers.send(session, random, BATCHES, resumes);
            } finally {
              sending.decrementAndGet();
            }
          });
    }
    parties.add(
        () -> {
          try (StoreSession session = new StoreSession(database)) {
            turns.send(session, new Random(SEED + 50), TURNS);
          } finally {
            sending.decrementAndGet();
          }
        });
    for (int i = 0; i < WORKERS; i++) {
      Random random = new Random(SEED + 100 + i);
      parties.add(
          () -> {
            try (StoreSession session = new StoreSession(database)) {
              steps.work(session, random, () -> sending.get() == 0);
            }
          });
    }
    Parallel.run(parties);
  }

  private static void everyTokenHasOneAnswer(TestDatabase database, SteerTraffic steers) {
    Map<String, Map<String, Object>> recorded = new HashMap<>();
    for (Map<String, Object> row : database.rows("SELECT * FROM commands")) {
      recorded.put((String) row.get("client_token"), row);
    }
    Map<String, List<Answered>> byToken =
        steers.answers.stream()
            .collect(Collectors.groupingBy(one -> one.command().ticket().clientToken()));
    byToken.forEach(
        (token, answers) -> {
          Map<String, Object> row = recorded.get(token);
          if (row == null) {
            assertThat(answers)
                .as("answers to %s, which was not used up; %s", token, CONTEXT)
                .allMatch(one -> one.applied().outcome().kind() == Kind.NOT_FOUND);
          } else {
            assertSameAnswers(row, answers);
          }
        });
  }

  /** One request got the token; its repeats get its answer, other intents none. */
  private static void assertSameAnswers(Map<String, Object> row, List<Answered> answers) {
    String name = row.get("client_token") + "; " + CONTEXT;
    byte[] fingerprint = (byte[]) row.get("fingerprint");
    UUID winner = (UUID) row.get("request_id");
    List<Answered> first = new ArrayList<>();
    for (Answered one : answers) {
      Outcome outcome = one.applied().outcome();
      boolean sameIntent = Arrays.equals(one.command().ticket().fingerprint(), fingerprint);
      if (!sameIntent) {
        // Before the token was used up an unknown instance had nothing to compare with.
        assertThat(outcome.kind()).as(name).isIn(Kind.MISMATCH, Kind.NOT_FOUND);
        continue;
      }
      assertThat(outcome.result()).as(name).isEqualTo(row.get("result"));
      assertThat(outcome.taskId()).as(name).isEqualTo(row.get("task_id"));
      assertThat(outcome.epoch())
          .as(name)
          .isEqualTo(row.get("epoch") == null ? 0L : row.get("epoch"));
      if (outcome.kind() == Kind.REPLAYED) {
        assertThat(outcome.originalRequestId()).as(name).isEqualTo(winner);
      } else {
        first.add(one);
      }
    }
    assertThat(first).as(name).hasSize(1);
    assertThat(first.get(0).command().ticket().requestId()).as(name).isEqualTo(winner);
  }

  /** What the stores gave back as events is what stands in the history, and all of it. */
  private static void everyChangeWasToldOnce(
      TestDatabase database, SteerTraffic steers, StepTraffic steps, TurnTraffic turns) {
    for (Answered one : steers.answers) {
      boolean applied = one.applied().outcome().kind() == Kind.APPLIED;
      assertThat(one.applied().event() != null).as(CONTEXT).isEqualTo(applied);
    }
    List<TaskEvent> told =
        Stream.concat(
                Stream.concat(steps.events.stream(), turns.events.stream()),
                steers.answers.stream().map(one -> one.applied().event()).filter(e -> e != null))
            .toList();
    assertThat(told)
        .as(CONTEXT)
        .containsExactlyInAnyOrderElementsOf(
            HistoryCheck.events(database).stream()
                .filter(event -> event.kind() != EventKind.CREATED)
                .toList());
  }

  private static void theRunWasWorthIt(TestDatabase database, SteerTraffic steers) {
    Set<Kind> kinds =
        steers.answers.stream()
            .map(one -> one.applied().outcome().kind())
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Kind.class)));
    assertThat(kinds)
        .as(CONTEXT)
        .contains(
            Kind.APPLIED, Kind.ALREADY, Kind.NOTHING, Kind.REPLAYED, Kind.MISMATCH, Kind.NOT_FOUND);
    assertThat(steers.retries.get())
        .as("batches taken back; %s", CONTEXT)
        .isPositive()
        .isLessThan(BATCHES * (MANAGERS + 1));
    Set<EventKind> seen =
        HistoryCheck.events(database).stream()
            .map(TaskEvent::kind)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(EventKind.class)));
    assertThat(seen).as(CONTEXT).containsAll(EnumSet.allOf(EventKind.class));
  }
}
