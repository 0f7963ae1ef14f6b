/**
 * The composition of the service: reads nothing itself, starts every room in order and stops them
 * in reverse.
 *
 * <p>Invariants: a start that fails leaves nothing running and says in one line what to do; a stop
 * answers what is in flight, hands the leases back and ends within ten seconds.
 */
@NullMarked
package io.holdpoint;

import org.jspecify.annotations.NullMarked;
