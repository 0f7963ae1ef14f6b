package io.holdpoint.manager;

import io.holdpoint.task.Operation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Commands that wait for the next statement, by account: accounts take turns within a batch and in
 * beginning one, so that nobody waits for another's flood. Within an account commands come in their
 * order, save that one may overtake others of another operation on other instances; so a mixture of
 * operations still makes large batches. Not thread-safe. A batch costs what it takes and passes
 * over, not what waits; only {@link #displace} looks at every account.
 */
final class FairQueue {
  /** How many an account adds to a batch before the next one does. */
  private static final int QUANTUM = 16;

  /** How many an account's turn looks at, as a multiple of a batch. */
  private static final int LOOK_AHEAD = 2;

  private final Map<String, ArrayDeque<Pending>> accounts = new LinkedHashMap<>();
  private int size;

  void add(Pending pending) {
    accounts.computeIfAbsent(accountOf(pending), first -> new ArrayDeque<>()).add(pending);
    size++;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /**
   * Removes a batch of one operation: that of the first command of the account whose turn it is.
   *
   * @param most at least 1
   */
  List<Pending> next(int most) {
    Operation operation = accounts.values().iterator().next().element().command().operation();
    List<Pending> batch = new ArrayList<>(Math.min(size, most));
    List<Turn> turns = new ArrayList<>();
    boolean more = false;
    for (Map.Entry<String, ArrayDeque<Pending>> account : accounts.entrySet()) {
      if (batch.size() == most) {
        break;
      }
      Turn turn = new Turn(account.getKey(), account.getValue(), operation, most);
      turns.add(turn);
      more |= turn.take(batch, Math.min(QUANTUM, most - batch.size()));
    }
    while (more && batch.size() < most) {
      more = false;
      for (Turn turn : turns) {
        more |= turn.take(batch, Math.min(QUANTUM, most - batch.size()));
      }
    }
    size -= batch.size();
    turns.forEach(this::end);
    return batch;
  }

  /** Who had a part in the batch stands behind those who had none. */
  private void end(Turn turn) {
    turn.putBack();
    if (turn.took) {
      accounts.remove(turn.account);
      if (!turn.waiting.isEmpty()) {
        accounts.put(turn.account, turn.waiting);
      }
    }
  }

  /**
   * Removes the newest command of the account with most of them, to make room for one of {@code
   * account}; null when that has as many itself.
   */
  @Nullable Pending displace(String account) {
    ArrayDeque<Pending> largest = null;
    for (ArrayDeque<Pending> waiting : accounts.values()) {
      if (largest == null || waiting.size() > largest.size()) {
        largest = waiting;
      }
    }
    ArrayDeque<Pending> own = accounts.get(account);
    if (largest == null || largest.size() <= (own == null ? 0 : own.size()) + 1) {
      return null;
    }
    size--;
    return largest.removeLast();
  }

  private static String accountOf(Pending pending) {
    return pending.command().ticket().accountId();
  }

  /** One account's part in one batch. */
  private static final class Turn {
    private final String account;
    private final ArrayDeque<Pending> waiting;
    private final Operation operation;
    private final List<Pending> passed = new ArrayList<>();
    private final Set<String> passedInstances = new HashSet<>();
    private int looks;
    private boolean took;

    Turn(String account, ArrayDeque<Pending> waiting, Operation operation, int most) {
      this.account = account;
      this.waiting = waiting;
      this.operation = operation;
      looks = LOOK_AHEAD * most;
    }

    /** Whether there may be more. */
    boolean take(List<Pending> batch, int count) {
      int left = count;
      while (left > 0 && looks > 0 && !waiting.isEmpty()) {
        looks--;
        Pending next = waiting.remove();
        String instance = next.command().instanceId();
        if (next.command().operation() == operation && !passedInstances.contains(instance)) {
          batch.add(next);
          took = true;
          left--;
        } else {
          passed.add(next);
          passedInstances.add(instance);
        }
      }
      return looks > 0 && !waiting.isEmpty();
    }

    /** What was passed over is the first again. */
    void putBack() {
      for (int i = passed.size() - 1; i >= 0; i--) {
        waiting.addFirst(passed.get(i));
      }
    }
  }
}
