/**
 * Secrets at rest: sealing, and what a sealed thing is once it is open.
 *
 * <p>Invariants: an open secret is never in a log, an error, a {@code toString} or a reply; every
 * sealed value names the key that sealed it; a value sealed for one purpose does not open for
 * another.
 */
@NullMarked
package io.holdpoint.secret;

import org.jspecify.annotations.NullMarked;
