/**
 * Webhooks: the stream of an account as signed requests to a URL of its own.
 *
 * <p>Invariants: a node sends only for a webhook that it has by a living lease, one request at a
 * time and in the order of positions; a position moves on only after the receiver took the event or
 * the event is a dead letter; nothing is sent to a host that is not allowed, and no redirect is
 * followed; secrets, URLs and what receivers answer are in no log; one account has no more than its
 * share of a node's places; how much is under way or held in memory does not depend on how far a
 * receiver is behind.
 */
@NullMarked
package io.holdpoint.webhook;

import org.jspecify.annotations.NullMarked;
