package io.holdpoint.testkit;

import io.holdpoint.task.EventKind;
import io.holdpoint.task.TaskEvent;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An event of one task of account {@code default} that says no more than it has to. */
public final class BareEvent {
  private static final UUID TASK = new UUID(0, 1);

  private BareEvent() {}

  public static TaskEvent of(String instanceId, long sequence, EventKind kind) {
    return of(instanceId, sequence, kind, null);
  }

  public static TaskEvent of(
      String instanceId, long sequence, EventKind kind, @Nullable String reason) {
    return new TaskEvent(
        "default",
        instanceId,
        TASK,
        sequence,
        kind,
        null,
        null,
        1,
        0,
        null,
        null,
        null,
        null,
        reason,
        null,
        Instant.EPOCH);
  }
}
