package io.holdpoint.manager;

import io.holdpoint.task.Operation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Commands that cannot go on now, as while somebody holds their task's row. They wait aside, those
 * of one instance together, and take turns with the queue: whoever is not held up waits for one
 * attempt of theirs at most. Bounded with the queue, which counts them too.
 */
final class HeldUp {
  private final ArrayDeque<Pending> due = new ArrayDeque<>();
  private final Map<Instance, Set<Pending>> stuck = new HashMap<>();
  private boolean wentLast;

  private record Instance(String accountId, String instanceId) {
    static Instance of(Pending pending) {
      return new Instance(pending.command().ticket().accountId(), pending.command().instanceId());
    }
  }

  /** Takes a command that has just had its turn in vain; it is due again after {@link #wake}. */
  void add(Pending pending) {
    wentLast = true;
    hold(pending);
  }

  private void hold(Pending pending) {
    stuck.computeIfAbsent(Instance.of(pending), key -> new HashSet<>()).add(pending);
  }

  /** Takes a new command when its instance is stuck already; false when it is not. */
  boolean adopt(Pending pending) {
    boolean held = !stuck.isEmpty() && stuck.containsKey(Instance.of(pending));
    if (held) {
      hold(pending);
      due.add(pending);
    }
    return held;
  }

  void wake(Pending pending) {
    if (!pending.future().isComplete()) {
      due.add(pending);
    }
  }

  /** An answered command holds its instance no longer. */
  void forget(Pending pending) {
    if (stuck.isEmpty()) {
      return;
    }
    Instance instance = Instance.of(pending);
    Set<Pending> held = stuck.get(instance);
    if (held != null && held.remove(pending) && held.isEmpty()) {
      stuck.remove(instance);
    }
  }

  boolean due() {
    return !due.isEmpty();
  }

  boolean wentLast() {
    return wentLast;
  }

  void tookTurn(boolean aside) {
    wentLast = aside;
  }

  /** The oldest one, with all that are due for the same instance and operation. */
  List<Pending> next(int most) {
    Pending first = due.element();
    Instance instance = Instance.of(first);
    Operation operation = first.command().operation();
    List<Pending> batch = new ArrayList<>();
    for (Iterator<Pending> each = due.iterator(); each.hasNext() && batch.size() < most; ) {
      Pending next = each.next();
      if (next.command().operation() == operation && Instance.of(next).equals(instance)) {
        batch.add(next);
        each.remove();
      }
    }
    return batch;
  }
}
