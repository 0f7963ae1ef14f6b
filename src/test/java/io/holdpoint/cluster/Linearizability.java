package io.holdpoint.cluster;

import io.holdpoint.cluster.Call.Answer;
import io.holdpoint.cluster.Call.State;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether calls that overlapped could have happened one after the other, each at a moment between
 * its beginning and its end (Wing and Gong 1993, with Lowe's memory of what was tried). A call
 * without an answer may have happened at any moment since it began, or not at all.
 */
final class Linearizability {
  private final List<Call> calls;
  private final Set<Tried> tried = new HashSet<>();
  private final BitSet done = new BitSet();
  private int open;

  private record Tried(BitSet done, State state) {}

  private record Step(State before, int call) {}

  private Linearizability(List<Call> calls) {
    this.calls = calls;
    open = (int) calls.stream().filter(call -> call.answer() != null).count();
  }

  /**
   * @param initial the state before all of them
   */
  static boolean holds(List<Call> calls, State initial) {
    return new Linearizability(calls).search(initial);
  }

  /** Depth first, with a stack of its own: histories are longer than a thread's is deep. */
  private boolean search(State initial) {
    ArrayDeque<Step> taken = new ArrayDeque<>();
    State state = initial;
    int from = 0;
    while (open > 0) {
      // Entered, not come back to: what was tried from here once is not tried again.
      if (from == 0 && !tried.add(new Tried((BitSet) done.clone(), state))) {
        from = calls.size();
      }
      int next = next(state, from);
      if (next >= 0) {
        taken.push(new Step(state, next));
        take(next);
        state = state.after(calls.get(next).kind());
        from = 0;
      } else if (taken.isEmpty()) {
        return false;
      } else {
        Step last = taken.pop();
        takeBack(last.call());
        state = last.before();
        from = last.call() + 1;
      }
    }
    return true;
  }

  /** The first call from there on that may be the next one; -1 for none. */
  private int next(State state, int from) {
    long firstEnd = firstEnd();
    for (int i = done.nextClearBit(from); i < calls.size(); i = done.nextClearBit(i + 1)) {
      Call call = calls.get(i);
      Answer answer = call.answer();
      if (call.begun() <= firstEnd && (answer == null || state.answers(call.kind(), answer))) {
        return i;
      }
    }
    return -1;
  }

  private void take(int call) {
    done.set(call);
    open -= calls.get(call).answer() == null ? 0 : 1;
  }

  private void takeBack(int call) {
    done.clear(call);
    open += calls.get(call).answer() == null ? 0 : 1;
  }

  /** Nothing that begins later can come before the call that ends first. */
  private long firstEnd() {
    long first = Call.NEVER;
    for (int i = done.nextClearBit(0); i < calls.size(); i = done.nextClearBit(i + 1)) {
      first = Math.min(first, calls.get(i).ended());
    }
    return first;
  }
}
