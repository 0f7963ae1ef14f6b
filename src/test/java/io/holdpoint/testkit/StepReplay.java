package io.holdpoint.testkit;

import io.holdpoint.task.Direction;
import io.holdpoint.task.EventKind;
import io.holdpoint.task.StepState;
import io.holdpoint.task.TaskState;
import io.holdpoint.testkit.HistorySnapshot.Step;
import io.holdpoint.testkit.HistorySnapshot.Task;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The steps of one task while its history is lived again. */
final class StepReplay {
  private static final class Life {
    private final Step row;
    private StepState state = StepState.PENDING;
    private int begun;
    private int failed;
    private @Nullable Long claimEpoch;

    private Life(Step row) {
      this.row = row;
    }

    private boolean runsTheOtherWay() {
      return state == StepState.RUNNING && row.direction() == Direction.FORWARD;
    }
  }

  private final Map<Integer, Life> lives = new TreeMap<>();
  private Direction direction = Direction.FORWARD;
  private final Consumer<String> report;

  StepReplay(List<Step> plan, Consumer<String> report) {
    this.report = report;
    plan.forEach(row -> lives.put(row.step(), new Life(row)));
  }

  int running() {
    return (int) lives.values().stream().filter(life -> life.state == StepState.RUNNING).count();
  }

  boolean allDone() {
    return present().allMatch(life -> life.state == StepState.DONE);
  }

  private Stream<Life> present() {
    return lives.values().stream().filter(life -> life.row.direction() == direction);
  }

  /** From now on the steps of the way back count; those in flight are waited for. */
  void turn() {
    direction = Direction.BACK;
    resume();
  }

  /** Whoever resumes gives the steps that are next a fresh budget of attempts. */
  void resume() {
    int wave =
        present()
            .filter(life -> life.state != StepState.DONE)
            .mapToInt(life -> life.row.wave())
            .min()
            .orElse(0);
    present()
        .filter(life -> life.row.wave() == wave && life.state == StepState.PENDING)
        .forEach(life -> life.failed = 0);
  }

  void begin(@Nullable Integer step, long epoch, String at) {
    Life life = lives.get(step);
    if (life == null) {
      report.accept("no such step" + at);
      return;
    }
    expect(life.state == StepState.PENDING, "step " + step + " began while " + life.state + at);
    expect(life.row.direction() == direction, "step " + step + " is not of this direction" + at);
    expect(
        lives.values().stream().noneMatch(Life::runsTheOtherWay) || direction == Direction.FORWARD,
        "step " + step + " began before the way there was settled" + at);
    expect(
        present()
            .filter(other -> other.row.wave() < life.row.wave())
            .allMatch(other -> other.state == StepState.DONE),
        "step " + step + " began before the wave ahead of it was done" + at);
    life.state = StepState.RUNNING;
    life.claimEpoch = epoch;
    life.begun++;
  }

  void settle(@Nullable Integer step, EventKind kind, String at) {
    Life life = lives.get(step);
    if (life == null) {
      report.accept("no such step" + at);
      return;
    }
    expect(life.state == StepState.RUNNING, "step " + step + " ended while " + life.state + at);
    life.state = kind == EventKind.STEP_DONE ? StepState.DONE : StepState.PENDING;
    life.failed += kind == EventKind.STEP_FAILED ? 1 : 0;
  }

  /** Compares where every step ended with its row, and the rows with their task. */
  void compare(Task task) {
    long left = 0;
    for (Life life : lives.values()) {
      Step row = life.row;
      String name = "step " + row.step() + " ";
      same(name + "state", row.state(), life.state);
      same(name + "attempts", row.attempt(), life.begun);
      same(name + "failures", row.failures(), life.failed);
      same(name + "claim epoch", row.claimEpoch(), life.claimEpoch);
      boolean pending = row.state() == StepState.PENDING;
      if (row.direction() != direction) {
        expect(!row.ready(), name + "of the other direction is ready");
        expect(direction == Direction.BACK || row.attempt() == 0, name + "went back too early");
        left += row.state() == StepState.RUNNING ? 1 : 0;
      } else if (row.wave() < task.wave()) {
        same(name + "of an earlier wave", row.state(), StepState.DONE);
      } else if (row.wave() > task.wave()) {
        expect(pending && !row.ready() && row.attempt() == 0, name + "is ahead of its wave");
      } else {
        left += row.state() == StepState.DONE ? 0 : 1;
        boolean stuck =
            pending
                && !row.ready()
                && (task.state() == TaskState.PENDING || task.state() == TaskState.RUNNING);
        expect(!stuck, name + "is stuck: it can run but nobody may claim it");
      }
      expect(!row.ready() || !task.state().finished(), name + "is ready although all is over");
    }
    same("direction", task.direction(), direction);
    same("wave_left", (long) task.waveLeft(), left);
  }

  private void same(String what, @Nullable Object stored, @Nullable Object lived) {
    expect(Objects.equals(stored, lived), what + " is " + stored + ", the history says " + lived);
  }

  private void expect(boolean holds, String violation) {
    if (!holds) {
      report.accept(violation);
    }
  }
}
