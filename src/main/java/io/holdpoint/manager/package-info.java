/**
 * The task manager: takes the commands of this node from the bus, gathers interrupts and resumes
 * that queue behind a statement into one batch, and publishes what was committed.
 *
 * <p>Invariants: everything runs on the verticle's one event loop; one statement is in flight; the
 * queue is bounded in commands and bytes; an event is published after its commit only.
 */
@NullMarked
package io.holdpoint.manager;

import org.jspecify.annotations.NullMarked;
