package io.holdpoint.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.task.AuditDecision;
import io.holdpoint.task.Direction;
import io.holdpoint.task.EventKind;
import io.holdpoint.task.Hold;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.Standing;
import io.holdpoint.task.StepAction;
import io.holdpoint.task.StepState;
import io.holdpoint.task.TaskState;
import io.holdpoint.task.TaskTable.Situation;
import io.holdpoint.task.Term;
import io.holdpoint.task.WebhookPause;
import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.TaskRows;
import io.holdpoint.testkit.TestDatabase;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schema speaks the domain's words, and refuses rows that the domain cannot mean. */
@ExtendWith(DatabaseExtension.class)
class ConstraintsIT {
  private static final Pattern WORD = Pattern.compile("'([^']*)'::text");

  /** The words of a column, as one CHECK constraint lists them. */
  private record Vocabulary(String table, String column, Class<? extends Enum<?>> terms) {
    @Override
    public String toString() {
      return table + "." + column + " has the words of " + terms.getSimpleName();
    }
  }

  /** A row that stands as told, a change that breaks a rule, and the constraint that says so. */
  private record Breach(String given, String table, String change, String constraint) {
    @Override
    public String toString() {
      return given + " " + table + " with " + change + " breaks " + constraint;
    }
  }

  static Stream<Vocabulary> vocabularies() {
    return Stream.of(
        new Vocabulary("tasks", "state", TaskState.class),
        new Vocabulary("tasks", "hold", Hold.class),
        new Vocabulary("tasks", "direction", Direction.class),
        new Vocabulary("steps", "state", StepState.class),
        new Vocabulary("steps", "action", StepAction.class),
        new Vocabulary("events", "kind", EventKind.class),
        new Vocabulary("webhooks", "paused", WebhookPause.class),
        new Vocabulary("audit_records", "decision", AuditDecision.class),
        new Vocabulary("instances", "standing", Standing.class));
  }

  @ParameterizedTest
  @MethodSource("vocabularies")
  void columnHasTheWordsOfTheDomain(Vocabulary vocabulary, TestDatabase database) {
    String definition =
        database.text(
            "SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c"
                + " JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]"
                + " WHERE c.contype = 'c' AND c.conrelid = 'holdpoint."
                + vocabulary.table()
                + "'::regclass AND a.attname = '"
                + vocabulary.column()
                + "'");

    assertThat(WORD.matcher(definition).results().map(match -> match.group(1)))
        .containsExactlyInAnyOrderElementsOf(words(vocabulary.terms()));
  }

  @Test
  void interruptModesAreOrderedAlike(TestDatabase database) {
    List<String> modes =
        database
            .rows(
                "SELECT enumlabel FROM pg_enum WHERE enumtypid ="
                    + " 'holdpoint.interrupt_mode'::regtype ORDER BY enumsortorder")
            .stream()
            .map(row -> (String) row.get("enumlabel"))
            .toList();

    assertThat(modes).isEqualTo(words(InterruptMode.class));
  }

  @Test
  void statesThatATaskIsSuspendedFromAreThoseThatCanBeInterrupted(TestDatabase database) {
    assertThat(
            database.text(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
                    + " WHERE conname = 'tasks_suspended_from_check'"))
        .contains("'pending'")
        .contains("'running'")
        .doesNotContain("'suspended'");
  }

  private static List<String> words(Class<? extends Enum<?>> terms) {
    return Arrays.stream(terms.getEnumConstants()).map(term -> ((Term) term).text()).toList();
  }

  static Stream<Breach> breaches() {
    String ended = "finished_at = now()";
    return Stream.of(
        task("pending", "state = 'paused'", "tasks_state"),
        task("suspended", "hold = 'somebody'", "tasks_hold"),
        task("running", "direction = 'sideways'", "tasks_direction_check"),
        task("suspended", "suspended_from = 'succeeded'", "tasks_suspended_from_check"),
        task("suspended", "hold = NULL", "tasks_suspended"),
        task("suspended", "suspended_at = NULL", "tasks_suspended"),
        task("suspended", "suspended_from = NULL", "tasks_suspended"),
        task("running", "hold = 'drift'", "tasks_suspended"),
        task("running", "suspended_at = now()", "tasks_suspended"),
        task("running", "suspended_from = 'running'", "tasks_suspended"),
        task("running", "interrupt_mode = 'now'", "tasks_suspended"),
        task("suspended", "in_flight = 1", "tasks_quiet"),
        task("suspended", "quiesced_at = NULL", "tasks_quiet"),
        task("running", "quiesced_at = now()", "tasks_quiet"),
        task("running", "active_since = NULL", "tasks_active"),
        task("suspended", "active_since = now()", "tasks_active"),
        task("running", ended, "tasks_finished"),
        task("succeeded", "finished_at = NULL", "tasks_finished"),
        task("succeeded", "state = 'reverted'", "tasks_direction"),
        task("succeeded", "direction = 'back'", "tasks_direction"),
        task("pending", "in_flight = 1", "tasks_nothing_in_flight"),
        task("succeeded", "in_flight = 1", "tasks_nothing_in_flight"),
        task("running", "in_flight = -1", "tasks_in_flight_check"),
        task("running", "wave_left = -1", "tasks_wave_left_check"),
        task("running", "epoch = 0", "tasks_epoch_check"),
        task("running", "sequence = 0", "tasks_sequence_check"),
        task("running", "active_ms = -1", "tasks_active_ms_check"),
        step("pending", "ready_at = now(), state = 'running', " + leased(), "steps_ready_only"),
        step("pending", "ready_at = now(), state = 'done', " + ended, "steps_ready_only"),
        step("pending", "state = 'running'", "steps_lease"),
        step("pending", leased(), "steps_lease"),
        step("pending", "state = 'done'", "steps_done"),
        step("pending", ended, "steps_done"),
        step("pending", "failures = -1", "steps_failures_check"),
        new Breach("running", "events", "kind = 'resumed'", "events_transition"),
        new Breach("running", "events", "to_state = 'running'", "events_transition"));
  }

  private static String leased() {
    return "worker_id = gen_random_uuid(), lease_until = now()";
  }

  private static Breach task(String given, String change, String constraint) {
    return new Breach(given, "tasks", change, constraint);
  }

  private static Breach step(String given, String change, String constraint) {
    return new Breach(given, "steps", change, constraint);
  }

  @ParameterizedTest
  @MethodSource("breaches")
  void rowThatBreaksARuleIsRefused(Breach breach, TestDatabase database) {
    boolean ofTask = breach.table().equals("tasks");
    TaskState state =
        ofTask ? TaskState.valueOf(breach.given().toUpperCase(Locale.ROOT)) : TaskState.RUNNING;
    String instance =
        new TaskRows(database).instance(new Situation(state, Direction.FORWARD, true, null));
    String ofInstance =
        " WHERE task_id IN (SELECT task_id FROM tasks WHERE instance_id = '" + instance + "')";
    database.execute(
        "INSERT INTO events (account_id, task_id, sequence, instance_id, kind, epoch, in_flight)"
            + " SELECT account_id, task_id, 1, instance_id, 'step-done', 1, 0 FROM tasks"
            + ofInstance);

    assertThatThrownBy(
            () ->
                database.execute(
                    "UPDATE "
                        + breach.table()
                        + " SET "
                        + breach.change()
                        + ofInstance
                        + (breach.table().equals("steps") ? " AND step = 4" : "")))
        .rootCause()
        .hasMessageContaining("violates check constraint \"" + breach.constraint());
  }

  @Test
  void secondUnfinishedTaskOfAnInstanceIsRefused(TestDatabase database) {
    TaskRows rows = new TaskRows(database);
    Situation running = new Situation(TaskState.RUNNING, Direction.FORWARD, true, null);
    String instance = rows.instance(running);

    assertThatThrownBy(() -> rows.task(instance, running))
        .rootCause()
        .hasMessageContaining("tasks_unfinished");
  }
}
