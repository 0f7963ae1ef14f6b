package io.holdpoint.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.task.TaskEvent;
import io.holdpoint.testkit.HistorySnapshot.Key;
import io.holdpoint.testkit.HistorySnapshot.Recorded;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Holds a whole database against what the product promises about its history: every task is lived
 * again from its events and must end where its row stands.
 *
 * <ul>
 *   <li>A task's events are gapless from {@code created}, each change of state begins where the one
 *       before led, and raises the epoch by exactly one; nothing else does.
 *   <li>No step begins but in a running task, none twice at a time, none before its wave; nothing
 *       happens after the end.
 *   <li>Steps in flight, quiet, hold, mode, attempts, failures and waves follow from the events; a
 *       step that may run can be claimed.
 *   <li>A request has one effect and one command row, and both say the same.
 * </ul>
 *
 * <p>It reads one snapshot, so it may be asked while work goes on. Tasks have to be started by the
 * product's own statements: rows that a test wrote without their events do not pass.
 */
public final class HistoryCheck {
  private static final int SHOWN = 20;

  private HistoryCheck() {}

  /** Asserts all of it. */
  public static void holds(TestDatabase database) {
    holds(database, "");
  }

  /**
   * @param context is shown with the failure: a seed, a fault
   */
  public static void holds(TestDatabase database, String context) {
    List<String> violations = violations(database);
    assertThat(violations.stream().limit(SHOWN))
        .as("%d violations in the history; %s", violations.size(), context)
        .isEmpty();
  }

  /** Everything that does not hold, in words. */
  public static List<String> violations(TestDatabase database) {
    HistorySnapshot snapshot = HistorySnapshot.of(database);
    List<String> violations = new ArrayList<>();
    snapshot
        .tasks()
        .forEach(
            (key, task) ->
                new TaskReplay(task, snapshot.steps().getOrDefault(key, List.of()), violations::add)
                    .run(snapshot.events().getOrDefault(key, List.of())));
    Set<Key> orphans = new HashSet<>(snapshot.events().keySet());
    orphans.removeAll(snapshot.tasks().keySet());
    orphans.forEach(key -> violations.add("events of a task that does not exist: " + key));
    commands(snapshot, violations::add);
    return violations;
  }

  /** The whole history, task by task in order. */
  public static List<TaskEvent> events(TestDatabase database) {
    return HistorySnapshot.of(database).events().values().stream().flatMap(List::stream).toList();
  }

  /**
   * A signed request that got the answer of another one has a row beside that one's, which only
   * remembers its nonce.
   */
  private static boolean isMemory(Recorded command) {
    String token = command.clientToken();
    return token.startsWith(" ") && !token.equals(" " + command.requestId());
  }

  private static void commands(HistorySnapshot snapshot, Consumer<String> report) {
    Map<UUID, TaskEvent> effects = new HashMap<>();
    for (List<TaskEvent> events : snapshot.events().values()) {
      for (TaskEvent event : events) {
        if (event.requestId() != null && effects.put(event.requestId(), event) != null) {
          report.accept("request " + event.requestId() + " had two effects");
        }
      }
    }
    Set<UUID> answered = new HashSet<>();
    for (Recorded command : snapshot.commands()) {
      if (isMemory(command)) {
        continue;
      }
      if (!answered.add(command.requestId())) {
        report.accept("request " + command.requestId() + " has two command rows");
      }
      command(snapshot, command, report);
      TaskEvent effect = effects.get(command.requestId());
      if (effect != null) {
        agree(command, effect, report);
      }
    }
    effects.forEach(
        (requestId, event) -> {
          if (!answered.contains(requestId)) {
            report.accept("request " + requestId + " has an effect but no command row: " + event);
          }
        });
  }

  private static void command(HistorySnapshot snapshot, Recorded command, Consumer<String> report) {
    String name = "command " + command.clientToken() + ": ";
    if ((command.taskId() == null) != (command.epoch() == null)) {
      report.accept(name + "task " + command.taskId() + " with epoch " + command.epoch());
    }
    if (command.taskId() == null || command.epoch() == null) {
      return;
    }
    var task = snapshot.tasks().get(new Key(command.accountId(), command.taskId()));
    if (task == null || command.epoch() < 1 || command.epoch() > task.epoch()) {
      report.accept(name + "its task never had epoch " + command.epoch());
    }
    if (command.result().equals("false")) {
      report.accept(name + "it names a task but says false");
    }
  }

  private static void agree(Recorded command, TaskEvent effect, Consumer<String> report) {
    boolean same =
        command.accountId().equals(effect.accountId())
            && effect.taskId().equals(command.taskId())
            && command.epoch() != null
            && command.epoch() == effect.epoch();
    if (!same) {
      report.accept("command " + command + " and its effect do not agree: " + effect);
    }
  }
}
