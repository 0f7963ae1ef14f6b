package io.holdpoint.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.cluster.Call.Answer;
import io.holdpoint.cluster.Call.Kind;
import io.holdpoint.cluster.Call.Outcome;
import io.holdpoint.cluster.Call.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LinearizabilityTest {
  private static final State RUNNING = new State(false, 2);
  private static final long SEED = Long.getLong("holdpoint.seed", 20_261_128);

  @Test
  void callsOneAfterTheOtherMustFitInTheirOrder() {
    assertThat(
            holds(
                call(Kind.INTERRUPT, 0, 1, Outcome.APPLIED, 3),
                call(Kind.READ, 2, 3, Outcome.FOUND_SUSPENDED, 3),
                call(Kind.RESUME, 4, 5, Outcome.APPLIED, 4)))
        .isTrue();
    // Read after the acknowledgement, and not seen.
    assertThat(
            holds(
                call(Kind.INTERRUPT, 0, 1, Outcome.APPLIED, 3),
                call(Kind.READ, 2, 3, Outcome.FOUND_RUNNING, 2)))
        .isFalse();
  }

  @Test
  void callsThatOverlapMayHaveHappenedInEitherOrder() {
    assertThat(
            holds(
                call(Kind.INTERRUPT, 0, 9, Outcome.APPLIED, 3),
                call(Kind.READ, 1, 2, Outcome.FOUND_RUNNING, 2),
                call(Kind.READ, 3, 4, Outcome.FOUND_SUSPENDED, 3)))
        .isTrue();
    assertThat(
            holds(
                call(Kind.INTERRUPT, 0, 9, Outcome.APPLIED, 3),
                call(Kind.READ, 1, 2, Outcome.FOUND_SUSPENDED, 3),
                call(Kind.READ, 3, 4, Outcome.FOUND_RUNNING, 2)))
        .isFalse();
  }

  @Test
  void onlyOneOfTwoCanHaveChangedIt() {
    assertThat(
            holds(
                call(Kind.INTERRUPT, 0, 9, Outcome.APPLIED, 3),
                call(Kind.INTERRUPT, 0, 9, Outcome.ALREADY, 3)))
        .isTrue();
    assertThat(
            holds(
                call(Kind.INTERRUPT, 0, 9, Outcome.APPLIED, 3),
                call(Kind.INTERRUPT, 0, 9, Outcome.APPLIED, 3)))
        .isFalse();
  }

  @Test
  void aCallWithoutAnAnswerMayHaveHappenedLateOrNever() {
    Call unanswered = new Call(Kind.INTERRUPT, 0, Call.NEVER, null);
    assertThat(holds(unanswered, call(Kind.READ, 50, 51, Outcome.FOUND_SUSPENDED, 3))).isTrue();
    assertThat(holds(unanswered, call(Kind.READ, 50, 51, Outcome.FOUND_RUNNING, 2))).isTrue();
    assertThat(
            holds(
                unanswered,
                call(Kind.READ, 50, 51, Outcome.FOUND_SUSPENDED, 3),
                call(Kind.READ, 52, 53, Outcome.FOUND_RUNNING, 2)))
        .isFalse();
  }

  /** Histories small enough to try every order of every choice. */
  @Test
  void itSaysTheSameAsTryingEverything() {
    Random random = new Random(SEED);
    int hold = 0;
    for (int round = 0; round < 20_000; round++) {
      List<Call> calls = random(random);
      boolean expected = bruteForce(calls, new ArrayList<>(), RUNNING);
      assertThat(Linearizability.holds(calls, RUNNING))
          .as("holdpoint.seed=%s, round %s: %s", SEED, round, calls)
          .isEqualTo(expected);
      hold += expected ? 1 : 0;
    }
    // Both answers have to be there often enough to say something.
    assertThat(hold).isBetween(3_000, 17_000);
  }

  private static List<Call> random(Random random) {
    List<Call> calls = new ArrayList<>();
    int size = 1 + random.nextInt(5);
    for (int i = 0; i < size; i++) {
      Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
      long begun = random.nextInt(8);
      if (kind != Kind.READ && random.nextInt(5) == 0) {
        calls.add(new Call(kind, begun, Call.NEVER, null));
        continue;
      }
      long epoch = 2 + random.nextInt(2);
      boolean suspended = epoch % 2 == 1;
      Outcome outcome =
          kind == Kind.READ
              ? suspended ? Outcome.FOUND_SUSPENDED : Outcome.FOUND_RUNNING
              : Outcome.values()[random.nextInt(3)];
      calls.add(call(kind, begun, begun + 1 + random.nextInt(6), outcome, epoch));
    }
    return calls;
  }

  private static boolean bruteForce(List<Call> calls, List<Integer> order, State state) {
    List<Integer> left =
        IntStream.range(0, calls.size()).boxed().filter(i -> !order.contains(i)).toList();
    if (left.stream().allMatch(i -> calls.get(i).answer() == null)) {
      return true;
    }
    for (Integer i : left) {
      Call next = calls.get(i);
      Answer answer = next.answer();
      boolean mayBeNext = left.stream().allMatch(other -> calls.get(other).ended() >= next.begun());
      if (mayBeNext && (answer == null || state.answers(next.kind(), answer))) {
        order.add(i);
        if (bruteForce(calls, order, state.after(next.kind()))) {
          return true;
        }
        order.remove(order.size() - 1);
      }
    }
    return false;
  }

  private static boolean holds(Call... calls) {
    return Linearizability.holds(List.of(calls), RUNNING);
  }

  private static Call call(Kind kind, long begun, long ended, Outcome outcome, long epoch) {
    return new Call(kind, begun, ended, new Answer(outcome, epoch));
  }
}
