package io.holdpoint.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.TaskTable.Decision;
import io.holdpoint.task.TaskTable.Situation;
import io.holdpoint.task.TaskTable.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table as it stands in the README, every state against every move. */
class TaskTableTest {
  /**
   * A state word is where the move leads; {@code =} already there; {@code 0} nothing; x refused.
   */
  private static final String TABLE =
      """
      state      interrupt  resume     revert     decide     abandon    claim      last-step-done hold
      pending    suspended  =          x          x          x          running    x          suspended
      running    suspended  =          x          x          x          +          finished   suspended
      suspended  =          running    running    running    abandoned  x          =          =
      succeeded  0          0          x          x          x          x          x          x
      reverted   0          0          x          x          x          x          x          x
      abandoned  0          0          x          x          x          x          x          x
      none       0          0          x          x          x          x          x          x
      """;

  private record Cell(String state, TaskMove move, String expected, Direction direction) {
    @Override
    public String toString() {
      return move.text() + " on " + state + " going " + direction.text() + " -> " + expected;
    }
  }

  static Stream<Object> cells() {
    List<String[]> lines = TABLE.lines().map(line -> line.trim().split("\\s+")).toList();
    List<Object> cells = new ArrayList<>();
    for (String[] line : lines.subList(1, lines.size())) {
      for (int column = 1; column < line.length; column++) {
        TaskMove move = Term.parse(TaskMove.class, lines.get(0)[column]);
        for (Direction direction : Direction.values()) {
          cells.add(new Cell(line[0], move, line[column], direction));
        }
      }
    }
    return cells.stream();
  }

  @ParameterizedTest
  @MethodSource("cells")
  void everyPairIsDecidedAsTheTableSays(Object given) {
    Cell cell = (Cell) given;
    Situation now = quiet(cell.state(), cell.direction());

    Decision decision = TaskTable.decide(now, cell.move(), InterruptMode.FINISH_STEP);

    Decision stays = new Decision(Verdict.APPLIED, now.state(), now.direction(), false);
    Decision expected =
        switch (cell.expected()) {
          case "=" -> new Decision(Verdict.ALREADY, now.state(), now.direction(), false);
          case "0" -> new Decision(Verdict.NOTHING, now.state(), now.direction(), false);
          case "x" -> new Decision(Verdict.REFUSED, now.state(), now.direction(), false);
          case "+" -> stays;
          case "finished" -> moved(finished(cell.direction()), cell.direction());
          default -> moved(Term.parse(TaskState.class, cell.expected()), direction(cell));
        };
    assertThat(decision).isEqualTo(expected);
  }

  @Test
  void theTableHasEveryStateAndEveryMove() {
    long states = TABLE.lines().count() - 1;
    assertThat(states).isEqualTo(TaskState.values().length + 1L);
    assertThat(cells().count()).isEqualTo(states * TaskMove.values().length * 2);
  }

  @Test
  void abandonWaitsUntilTheTaskIsQuiet() {
    Situation busy =
        new Situation(TaskState.SUSPENDED, Direction.FORWARD, false, InterruptMode.NOW);
    assertThat(TaskTable.decide(busy, TaskMove.ABANDON, InterruptMode.NOW).verdict())
        .isEqualTo(Verdict.REFUSED);
  }

  @Test
  void stricterModeTightensOnlyWhileAStepIsInFlight() {
    for (InterruptMode inForce : InterruptMode.values()) {
      for (InterruptMode requested : InterruptMode.values()) {
        for (boolean quiet : new boolean[] {true, false}) {
          Situation now = new Situation(TaskState.SUSPENDED, Direction.FORWARD, quiet, inForce);
          Decision decision = TaskTable.decide(now, TaskMove.INTERRUPT, requested);
          boolean tightens = !quiet && requested.ordinal() > inForce.ordinal();
          assertThat(decision.verdict()).isEqualTo(tightens ? Verdict.APPLIED : Verdict.ALREADY);
          assertThat(decision.newEpoch()).isFalse();
        }
      }
    }
  }

  private static Situation quiet(String state, Direction direction) {
    TaskState parsed = state.equals("none") ? null : Term.parse(TaskState.class, state);
    return new Situation(parsed, direction, true, null);
  }

  private static Direction direction(Cell cell) {
    return cell.move() == TaskMove.REVERT ? Direction.BACK : cell.direction();
  }

  private static TaskState finished(Direction direction) {
    return direction == Direction.FORWARD ? TaskState.SUCCEEDED : TaskState.REVERTED;
  }

  private static Decision moved(TaskState next, Direction direction) {
    return new Decision(Verdict.APPLIED, next, direction, true);
  }
}
