/**
 * How a node is really reached and observed, behind one interface.
 *
 * <p>Invariants: a driver acts only when asked, never by itself; every act can be asked for again
 * after a crash, because the caller observes before it acts; no driver blocks its caller.
 */
@NullMarked
package io.holdpoint.driver;

import org.jspecify.annotations.NullMarked;
