/**
 * Faults while the service works: killed processes, a database that stops, hangs or loses its
 * reply. Nothing acknowledged is lost, nothing happens twice, and nobody waits for ever.
 */
@NullMarked
package io.holdpoint.fault;

import org.jspecify.annotations.NullMarked;
