/**
 * The only SQL of the service, and what turns it into values: migrations, the batched guarded
 * writes, claims and settlements of steps, the questions, and the embedded server.
 *
 * <p>Invariants: every statement stands in {@code sql/query} under a name; every parameter is cast;
 * an SQLSTATE is read here and nowhere else; no lock is held between two round trips of a worker.
 */
@NullMarked
package io.holdpoint.store;

import org.jspecify.annotations.NullMarked;
