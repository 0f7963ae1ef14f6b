/**
 * Who signed a request: the two signature schemes of the API, for checking and for signing. Plain
 * Java on the JDK alone, without web types or SQL.
 *
 * <p>Invariants: a request that verifies is the request that was signed, in method, path, query,
 * signed headers and hashed body; secrets, signatures and the text of a request are never in an
 * error or a {@code toString}; nothing here blocks, and no work is more than linear in the size of
 * a request (sorting aside).
 */
@NullMarked
package io.holdpoint.auth;

import org.jspecify.annotations.NullMarked;
