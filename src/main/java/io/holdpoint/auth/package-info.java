/**
 * Who is calling, and what they may do: plain Java, without web types and without SQL.
 *
 * <p>Invariants: what is not allowed by a policy is denied; an explicit Deny wins over every Allow,
 * in whatever order they come; a document that is not understood as a whole is refused as a whole.
 */
@NullMarked
package io.holdpoint.auth;

import org.jspecify.annotations.NullMarked;
