package io.holdpoint.manager;

import io.holdpoint.task.AuditRecord;
import io.holdpoint.task.Term;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Audit records that wait to be written, bounded. When it is full, the oldest of the least worth
 * gives way to one of more worth; so no flood of reads, and none from outside, costs a record of
 * what a known caller changed or was refused. Not thread-safe.
 */
final class AuditQueue {

  /** What a record is worth, the least first. */
  enum Worth implements Term {
    ALLOWED_READ,
    UNKNOWN_CALLER,
    DECISION;

    static Worth of(AuditRecord record) {
      if (record.allowedRead()) {
        return ALLOWED_READ;
      }
      return record.accountId().equals(AuditRecord.NO_ACCOUNT) ? UNKNOWN_CALLER : DECISION;
    }
  }

  private final int most;
  private final Map<Worth, ArrayDeque<AuditRecord>> waiting = new EnumMap<>(Worth.class);
  private int size;

  AuditQueue(int most) {
    this.most = most;
    for (Worth worth : Worth.values()) {
      waiting.put(worth, new ArrayDeque<>());
    }
  }

  /** What had to give way, perhaps the record itself; null when there was room. */
  @Nullable Worth add(AuditRecord record) {
    Worth own = Worth.of(record);
    Worth gone = null;
    if (size >= most) {
      gone = least(own);
      if (gone == own) {
        return own;
      }
      waiting.get(gone).remove();
      size--;
    }
    waiting.get(own).add(record);
    size++;
    return gone;
  }

  private Worth least(Worth own) {
    for (Worth worth : Worth.values()) {
      if (worth == own || !waiting.get(worth).isEmpty()) {
        return worth;
      }
    }
    throw new IllegalStateException("own is one of them");
  }

  /** Removes so many at most, those of most worth first. */
  List<AuditRecord> take(int limit) {
    List<AuditRecord> taken = new ArrayList<>(Math.min(limit, size));
    Worth[] worths = Worth.values();
    for (int i = worths.length - 1; i >= 0; i--) {
      ArrayDeque<AuditRecord> records = waiting.get(worths[i]);
      while (taken.size() < limit && !records.isEmpty()) {
        taken.add(records.remove());
      }
    }
    size -= taken.size();
    return taken;
  }

  int size() {
    return size;
  }
}
