/**
 * Who is calling, and what they may do: signatures for checking and for signing, keys as callers
 * have them, policies. Plain Java, without web types and without SQL.
 *
 * <p>Invariants: a request that verifies is the request that was signed, in method, path, query,
 * signed headers and hashed body; secrets, signatures and the text of a request are never in an
 * error or a {@code toString}; what is not allowed by a policy is denied, and an explicit Deny wins
 * over every Allow; what cannot be told now is a failure and never taken for an answer; nothing
 * blocks, and no work is more than linear in the size of a request (sorting aside).
 */
@NullMarked
package io.holdpoint.auth;

import org.jspecify.annotations.NullMarked;
