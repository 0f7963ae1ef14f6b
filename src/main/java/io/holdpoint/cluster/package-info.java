/**
 * The cluster of event buses: who its members are, and that what they say to each other is
 * encrypted and theirs alone. Started only when it is configured.
 *
 * <p>Invariants: nothing that a command needs passes through here, so that a member that is gone,
 * frozen or cut off costs no command anything; what gets lost here is found in the database; a
 * member that is reached again hears again, without being started anew.
 */
@NullMarked
package io.holdpoint.cluster;

import org.jspecify.annotations.NullMarked;
