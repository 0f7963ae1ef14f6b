package io.holdpoint.testkit;

import java.util.List;
import java.util.stream.Stream;

/**
 * A way to break a history, and what the checker says of it. The statements count on a suspended
 * task whose interrupt was tightened, a running one and one that has succeeded.
 */
record HistoryDamage(String name, String sql, String violation) {
  static Stream<HistoryDamage> all() {
    return Stream.of(
            damagedEvents(), damagedOrder(), damagedTasks(), damagedSteps(), damagedCommands())
        .flatMap(List::stream);
  }

  private static List<HistoryDamage> damagedEvents() {
    return List.of(
        new HistoryDamage(
            "a lost event", "DELETE FROM events WHERE kind = 'interrupted'", "a gap at"),
        new HistoryDamage("a lost last event", last("DELETE FROM events"), "the history says"),
        event("a broken chain", "from_state = 'pending'", "interrupted", "from PENDING to"),
        event("a wrong end", "to_state = 'succeeded'", "resumed", "to SUCCEEDED while"),
        event("an epoch that jumps", "epoch = epoch + 1", "resumed", "epoch 5 after 3"),
        event("an epoch out of nowhere", "epoch = 9", "step-done", "epoch 9 in"),
        event("a miscount", "in_flight = in_flight + 1", "step-put-back", "in flight 1, not 0"),
        event("no quiesced", "kind = 'interrupt-tightened'", "quiesced", "quiesced is missing"),
        event("quiesced too early", "kind = 'quiesced'", "interrupt-tightened", "out of place"),
        event("a looser mode", "interrupt_mode = NULL", "interrupt-tightened", "not tighten"),
        event("no mode", "interrupt_mode = NULL", "interrupted", "interrupt mode null"),
        event("another instance", "instance_id = 'ls-cn-other'", "resumed", "another instance"),
        event("an unknown step", "step = 77", "step-begun", "no such step"),
        event("nobody asked", "request_id = NULL", "resumed", "no request id"),
        event(
            "success too early", "kind = 'step-put-back'", "step-done", "an end with steps left"));
  }

  private static List<HistoryDamage> damagedOrder() {
    return List.of(
        new HistoryDamage(
            "a step after the interrupt", swap("step-begun"), "began while SUSPENDED"),
        new HistoryDamage(
            "a step that begins twice",
            "UPDATE events SET step = 2 WHERE kind = 'step-begun' AND step = 3",
            "step 2 began while RUNNING"),
        new HistoryDamage(
            "a step that ends twice",
            "UPDATE events SET step = 2 WHERE kind = 'step-put-back'",
            "step 2 ended while DONE"),
        new HistoryDamage(
            "a step ahead of its wave",
            "UPDATE steps SET wave = 1 WHERE step = 4",
            "before the wave ahead of it was done"),
        new HistoryDamage(
            "an event after the end",
            "INSERT INTO events (account_id, task_id, sequence, instance_id, kind, epoch,"
                + " in_flight) SELECT account_id, task_id, sequence + 1, instance_id, 'quiesced',"
                + " epoch, 0 FROM tasks WHERE state = 'succeeded'",
            "an event after the end"),
        new HistoryDamage(
            "a task that is gone",
            "DELETE FROM tasks WHERE state = 'suspended'",
            "a task that does not exist"));
  }

  private static List<HistoryDamage> damagedTasks() {
    return List.of(
        task("epoch", "epoch = epoch + 1", "epoch is 6, the history says 5"),
        task("sequence", "sequence = sequence + 1", "sequence is"),
        task("epoch_sequence", "epoch_sequence = 1", "epoch_sequence is 1"),
        task("in_flight", "in_flight = 1, quiesced_at = NULL", "in_flight is 1"),
        task("interrupt_mode", "interrupt_mode = 'now'", "interrupt_mode is NOW"),
        task("suspended_from", "suspended_from = 'pending'", "suspended_from is PENDING"),
        task("hold", "hold = 'drift'", "hold DRIFT"),
        task("changed_by", "changed_by = gen_random_uuid()", "changed_by is"),
        task("quiesced_at", "quiesced_at = now() + interval '1 h'", "quiesced_at was moved"),
        task("suspended_at", "suspended_at = now() + interval '1 h'", "suspended_at was moved"),
        task("a too early quiesced_at", "quiesced_at = '2000-01-01'", "quiet before it was"),
        task("wave_left", "wave_left = 5", "wave_left is 5"),
        task(
            "state",
            "state = 'running', hold = NULL, suspended_from = NULL, suspended_at = NULL,"
                + " quiesced_at = NULL, interrupt_mode = NULL, active_since = now()",
            "state is RUNNING, the history says SUSPENDED"));
  }

  private static List<HistoryDamage> damagedSteps() {
    String running = " FROM tasks t WHERE t.task_id = s.task_id AND t.state = 'running'";
    String finished = " FROM tasks t WHERE t.task_id = s.task_id AND t.state = 'succeeded'";
    return List.of(
        step("attempt = attempt + 1", "", "attempts is"),
        step("failures = failures + 1", "", "failures is"),
        step("claim_epoch = 77", "", "claim epoch is 77"),
        step("ready_at = NULL", running, "it can run but nobody may claim it"),
        step("ready_at = now()", running + " AND step = 4", "is ahead of its wave"),
        step(
            "state = 'pending', finished_at = NULL",
            running + " AND step = 1",
            "of an earlier wave is PENDING"),
        step(
            "state = 'pending', finished_at = NULL, ready_at = now()",
            finished + " AND step = 4",
            "is ready although all is over"));
  }

  private static List<HistoryDamage> damagedCommands() {
    String interrupts = " WHERE client_token = 'one'";
    return List.of(
        new HistoryDamage(
            "a lost command row", "DELETE FROM commands" + interrupts, "no command row"),
        new HistoryDamage(
            "a command told otherwise",
            "UPDATE commands SET result = 'false'" + interrupts,
            "it names a task but says false"),
        new HistoryDamage(
            "a command of another epoch",
            "UPDATE commands SET epoch = epoch - 1" + interrupts,
            "do not agree"),
        new HistoryDamage(
            "a command of an epoch that never was",
            "UPDATE commands SET epoch = 99" + interrupts,
            "never had epoch 99"),
        new HistoryDamage(
            "a command without its epoch",
            "UPDATE commands SET epoch = NULL" + interrupts,
            "with epoch null"),
        new HistoryDamage(
            "a second command row",
            "INSERT INTO commands SELECT account_id, 'other', fingerprint, request_id, result,"
                + " task_id, epoch FROM commands"
                + interrupts,
            "has two command rows"),
        new HistoryDamage(
            "a second effect",
            "UPDATE events SET request_id = (SELECT request_id FROM commands"
                + interrupts
                + ") WHERE kind = 'resumed'",
            "had two effects"));
  }

  private static HistoryDamage event(String name, String set, String kind, String violation) {
    return new HistoryDamage(
        name, "UPDATE events SET " + set + " WHERE kind = '" + kind + "'", violation);
  }

  private static HistoryDamage task(String name, String set, String violation) {
    return new HistoryDamage(
        "another " + name, "UPDATE tasks SET " + set + " WHERE state = 'suspended'", violation);
  }

  private static HistoryDamage step(String set, String of, String violation) {
    return new HistoryDamage("steps with " + set, "UPDATE steps s SET " + set + of, violation);
  }

  private static String last(String action) {
    return action
        + " e USING tasks t WHERE e.task_id = t.task_id AND e.sequence = t.sequence"
        + " AND t.state = 'running'";
  }

  /** Exchanges the first interrupt with the event of that kind before it. */
  private static String swap(String kind) {
    String pair =
        "(SELECT i.task_id, i.sequence AS mine, (SELECT max(b.sequence) FROM events b"
            + " WHERE b.task_id = i.task_id AND b.kind = '"
            + kind
            + "' AND b.sequence < i.sequence) AS other FROM events i"
            + " WHERE i.kind = 'interrupted' ORDER BY i.sequence LIMIT 1)";
    return "UPDATE events e SET sequence = 1000 + CASE e.sequence WHEN p.mine THEN p.other"
        + " ELSE p.mine END FROM "
        + pair
        + " p WHERE e.task_id = p.task_id AND e.sequence IN (p.mine, p.other);"
        + " UPDATE events SET sequence = sequence - 1000 WHERE sequence > 1000";
  }

  @Override
  public String toString() {
    return name;
  }
}
