package io.holdpoint.testkit;

import static io.holdpoint.task.TaskState.ABANDONED;
import static io.holdpoint.task.TaskState.PENDING;
import static io.holdpoint.task.TaskState.REVERTED;
import static io.holdpoint.task.TaskState.RUNNING;
import static io.holdpoint.task.TaskState.SUCCEEDED;
import static io.holdpoint.task.TaskState.SUSPENDED;

import io.holdpoint.task.EventKind;
import io.holdpoint.task.Hold;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.task.TaskState;
import io.holdpoint.testkit.HistorySnapshot.Step;
import io.holdpoint.testkit.HistorySnapshot.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lives one task's history again, event by event, by rules of its own, and compares where it ends
 * with the row of the task.
 */
final class TaskReplay {
  private static final Duration ONE_STATEMENT = Duration.ofMillis(250);

  private record Transition(Set<TaskState> from, TaskState to) {}

  private static final Map<EventKind, Transition> TRANSITIONS =
      Map.of(
          EventKind.DECIDED, new Transition(Set.of(SUSPENDED), RUNNING),
          EventKind.REVERTING, new Transition(Set.of(SUSPENDED), RUNNING),
          EventKind.CREATED, new Transition(Set.of(), PENDING),
          EventKind.STARTED, new Transition(Set.of(PENDING), RUNNING),
          EventKind.INTERRUPTED, new Transition(Set.of(PENDING, RUNNING), SUSPENDED),
          EventKind.HELD, new Transition(Set.of(PENDING, RUNNING), SUSPENDED),
          EventKind.RESUMED, new Transition(Set.of(SUSPENDED), RUNNING),
          EventKind.SUCCEEDED, new Transition(Set.of(RUNNING), SUCCEEDED),
          EventKind.REVERTED, new Transition(Set.of(RUNNING), REVERTED),
          EventKind.ABANDONED, new Transition(Set.of(SUSPENDED), ABANDONED));

  private final Task task;
  private final Consumer<String> report;
  private final StepReplay steps;
  private @Nullable TaskState state;
  private @Nullable TaskState suspendedFrom;
  private @Nullable Hold hold;
  private @Nullable InterruptMode mode;
  private @Nullable UUID changedBy;
  private @Nullable Instant suspendedAt;
  private @Nullable Instant quietSince;
  private long epoch;
  private long sequence;
  private long epochSequence;
  private boolean quiescedIsDue;

  TaskReplay(Task task, List<Step> plan, Consumer<String> report) {
    this.task = task;
    this.report = violation -> report.accept("task " + task.key().taskId() + ": " + violation);
    steps = new StepReplay(plan, this.report);
  }

  void run(List<TaskEvent> events) {
    events.forEach(this::live);
    expect(!quiescedIsDue, "no quiesced after the last step in flight settled");
    compare();
    steps.compare(task);
  }

  private void live(TaskEvent event) {
    String at = " at sequence " + event.sequence() + " (" + event.kind().text() + ")";
    expect(event.sequence() == ++sequence, "a gap" + at + ", expected " + sequence);
    sequence = event.sequence();
    expect(event.instanceId().equals(task.instanceId()), "another instance" + at);
    expect(state == null || !state.finished(), "an event after the end" + at);
    expect(
        quiescedIsDue == (event.kind() == EventKind.QUIESCED),
        "quiesced " + (quiescedIsDue ? "is missing" : "out of place") + at);
    quiescedIsDue = false;
    Transition transition = TRANSITIONS.get(event.kind());
    if (transition != null) {
      move(event, transition, at);
    } else {
      stay(event, at);
    }
    int running = steps.running();
    expect(event.inFlight() == running, "in flight " + event.inFlight() + ", not " + running + at);
  }

  private void move(TaskEvent event, Transition transition, String at) {
    boolean chains =
        event.from() == state
            && event.to() == transition.to()
            && (state == null ? transition.from().isEmpty() : transition.from().contains(state));
    expect(chains, "from " + event.from() + " to " + event.to() + " while " + state + at);
    expect(event.epoch() == epoch + 1, "epoch " + event.epoch() + " after " + epoch + at);
    boolean carriedOut = event.to() == SUCCEEDED || event.to() == REVERTED;
    expect(!carriedOut || steps.allDone(), "an end with steps left" + at);
    boolean finishes = event.to() != null && event.to().finished();
    expect(!finishes || steps.running() == 0, "an end with steps in flight" + at);
    boolean interrupts = event.kind() == EventKind.INTERRUPTED;
    expect((event.mode() != null) == interrupts, "interrupt mode " + event.mode() + at);
    state = event.to();
    epoch = event.epoch();
    epochSequence = event.sequence();
    mode = event.mode();
    boolean suspends = state == SUSPENDED;
    suspendedFrom = suspends ? event.from() : null;
    suspendedAt = suspends ? event.at() : null;
    quietSince = suspends && steps.running() == 0 ? event.at() : null;
    hold = interrupts ? Hold.INTERRUPT : null;
    if (event.kind() == EventKind.RESUMED || event.kind() == EventKind.DECIDED) {
      steps.resume();
    } else if (event.kind() == EventKind.REVERTING) {
      steps.turn();
    }
    remember(event, at);
  }

  /** Whoever asked for a change is named by its event and by the task. */
  private void remember(TaskEvent event, String at) {
    boolean asked =
        switch (event.kind()) {
          case CREATED, INTERRUPTED, INTERRUPT_TIGHTENED, RESUMED, DECIDED, REVERTING, ABANDONED ->
              true;
          default -> false;
        };
    expect(!asked || event.requestId() != null, "no request id" + at);
    if (asked) {
      changedBy = event.requestId();
    }
  }

  private void stay(TaskEvent event, String at) {
    expect(event.from() == null && event.to() == null, "a change of state" + at);
    expect(event.epoch() == epoch, "epoch " + event.epoch() + " in " + epoch + at);
    switch (event.kind()) {
      case STEP_BEGUN -> {
        expect(state == RUNNING, "a step began while " + state + at);
        steps.begin(event.step(), epoch, at);
      }
      case STEP_DONE, STEP_PUT_BACK, STEP_FAILED -> {
        steps.settle(event.step(), event.kind(), at);
        quiescedIsDue = state == SUSPENDED && steps.running() == 0;
      }
      case QUIESCED -> quietSince = event.at();
      case INTERRUPT_TIGHTENED -> tighten(event, at);
      default -> expect(false, "an unknown kind" + at);
    }
  }

  private void tighten(TaskEvent event, String at) {
    InterruptMode inForce = mode == null ? InterruptMode.FINISH_STEP : mode;
    expect(state == SUSPENDED && steps.running() > 0, "nothing to tighten" + at);
    expect(
        event.mode() != null && event.mode().stricterThan(inForce),
        event.mode() + " does not tighten " + inForce + at);
    mode = event.mode();
    remember(event, at);
  }

  private void compare() {
    same("state", task.state(), state);
    same("epoch", task.epoch(), epoch);
    same("sequence", task.sequence(), sequence);
    same("epoch_sequence", task.epochSequence(), epochSequence);
    same("in_flight", task.inFlight(), steps.running());
    same("interrupt_mode", task.mode(), mode);
    same("suspended_from", task.suspendedFrom(), suspendedFrom);
    same("changed_by", task.changedBy(), changedBy);
    if (state == SUSPENDED) {
      expect((task.hold() == Hold.INTERRUPT) == (hold == Hold.INTERRUPT), "hold " + task.hold());
    }
    same("being suspended", task.suspendedAt() != null, suspendedAt != null);
    same("being quiet", task.quiescedAt() != null, quietSince != null);
    unmoved("suspended_at", task.suspendedAt(), suspendedAt);
    unmoved("quiesced_at", task.quiescedAt(), quietSince);
    expect(
        task.quiescedAt() == null || !task.quiescedAt().isBefore(task.suspendedAt()),
        "quiet before it was suspended");
  }

  /**
   * A time is set in the statement of its event, and no later statement moves it; within the
   * statement the clock is read more than once.
   */
  private void unmoved(String what, @Nullable Instant stored, @Nullable Instant event) {
    if (stored != null && event != null) {
      expect(
          !stored.isAfter(event.plus(ONE_STATEMENT)),
          what + " was moved to " + stored + " from " + event);
    }
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
