/**
 * The second port, for operators and machines that watch: liveness, readiness, metrics, build.
 *
 * <p>Invariants: liveness never asks the database; readiness is 200 or 503, nothing else; nothing
 * here changes anything.
 */
@NullMarked
package io.holdpoint.management;

import org.jspecify.annotations.NullMarked;
