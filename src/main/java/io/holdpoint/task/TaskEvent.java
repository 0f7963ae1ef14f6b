package io.holdpoint.task;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a task's history, as it was committed. Published after the commit as a hint; the
 * history in the database is the truth.
 *
 * @param sequence the task's own gapless counter: the order of events, not {@code at}
 * @param inFlight steps in flight after this event; an interrupt with 0 is quiet at once
 */
public record TaskEvent(
    String accountId,
    String instanceId,
    UUID taskId,
    long sequence,
    EventKind kind,
    @Nullable TaskState from,
    @Nullable TaskState to,
    long epoch,
    int inFlight,
    @Nullable Integer step,
    @Nullable String nodeId,
    @Nullable UUID requestId,
    @Nullable String principal,
    @Nullable String reason,
    @Nullable InterruptMode mode,
    Instant at) {}
