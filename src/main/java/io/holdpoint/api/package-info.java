/**
 * The compatible HTTP API and {@code /v1}: one strict reading of a request, the contract, a typed
 * question to the bus, and the envelope.
 *
 * <p>Invariants: no SQL and no state; a request target is read once, by {@link
 * io.holdpoint.api.RequestTarget}; every answer, refusals included, is an envelope with a request
 * id; nothing of a request is echoed but what was checked.
 */
@NullMarked
package io.holdpoint.api;

import org.jspecify.annotations.NullMarked;
