package io.holdpoint.cluster;

import io.holdpoint.cluster.Call.Answer;
import io.holdpoint.cluster.Call.State;
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

  private boolean search(State state) {
    if (open == 0) {
      return true;
    }
    if (!tried.add(new Tried((BitSet) done.clone(), state))) {
      return false;
    }
    long firstEnd = firstEnd();
    for (int i = done.nextClearBit(0); i < calls.size(); i = done.nextClearBit(i + 1)) {
      Call call = calls.get(i);
      Answer answer = call.answer();
      if (call.begun() <= firstEnd && (answer == null || state.answers(call.kind(), answer))) {
        done.set(i);
        open -= answer == null ? 0 : 1;
        if (search(state.after(call.kind()))) {
          return true;
        }
        done.clear(i);
        open += answer == null ? 0 : 1;
      }
    }
    return false;
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
