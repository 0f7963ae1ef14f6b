/**
 * Who calls and what they may do, without web types and without SQL.
 *
 * <p>Invariants: a secret is in no log, error or {@code toString}; what cannot be told now is a
 * failure and never taken for an answer.
 */
@NullMarked
package io.holdpoint.auth;

import org.jspecify.annotations.NullMarked;
