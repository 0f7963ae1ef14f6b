/**
 * Several nodes on one database, while they are killed, frozen and cut off from it and from each
 * other: what all clients saw together is one history.
 */
@NullMarked
package io.holdpoint.cluster;

import org.jspecify.annotations.NullMarked;
