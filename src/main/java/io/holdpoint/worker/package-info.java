/**
 * Claims steps under a lease, runs them, settles them, and takes over what a dead worker left.
 *
 * <p>Invariants: a step begins only by the claim statement; what is cut, handed back or lost is put
 * back and costs the step nothing; whoever lost a lease writes nothing any more; a worker that
 * cannot renew stops by its own monotonic clock before the database gives its lease away; active
 * time stands still while the task is suspended.
 */
@NullMarked
package io.holdpoint.worker;

import org.jspecify.annotations.NullMarked;
