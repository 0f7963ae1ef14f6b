package io.holdpoint.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.TaskTable;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rows through the pure table. */
class SteerTableTest {
  static Stream<SteerBehaviour> rows() {
    return SteerBehaviour.all();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void tableDecidesAsTheRowSays(SteerBehaviour row) {
    TaskTable.Decision decision = TaskTable.decide(row.given(), row.move(), row.mode());

    assertThat(decision.verdict()).isEqualTo(row.verdict());
    assertThat(decision.next()).isEqualTo(row.next());
    assertThat(decision.newEpoch()).isEqualTo(row.changesState());
  }
}
