/**
 * The domain: change tasks, what may be asked of them and what comes of it. Plain Java without I/O,
 * so that every rule can be read and tested by itself.
 *
 * <p>Invariants: {@link io.holdpoint.task.TaskTable} is the only place that knows which move leads
 * where; every outcome is a value, never an exception; all types are immutable, because they cross
 * the event bus without being copied.
 */
@NullMarked
package io.holdpoint.task;

import org.jspecify.annotations.NullMarked;
