/**
 * A stand-in Logstash node: a process of its own that can be driven and observed like a real one,
 * in the demo and in the tests. A real Logstash is in no public repository of libraries.
 *
 * <p>Invariants: what it shows was recorded of a real node, kindly or not; how it misbehaves
 * follows only from files and signals that a real node would get, so that whoever drives it need
 * not know that it is none; every wait is a setting; whatever changes the node leaves a line in a
 * trace.
 */
@NullMarked
package io.holdpoint.standin;

import org.jspecify.annotations.NullMarked;
