/**
 * The event-bus protocol: addresses, codecs, deadlines and typed ask, serve and publish. The one
 * door to the event bus for every other room, and the contract for consumers in other verticles.
 *
 * <p>Invariants: commands and queries stay on the node that received them; messages are immutable
 * and handed over without copying; events are hints that were true when they were committed; what a
 * member of the cluster does not take holds no more memory than a batch and a queue.
 */
@NullMarked
package io.holdpoint.bus;

import org.jspecify.annotations.NullMarked;
