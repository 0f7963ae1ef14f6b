/**
 * What must hold whichever door it is tried through: rows of (given, move, expected) that run
 * through the pure table, through SQL and through HTTP.
 */
@NullMarked
package io.holdpoint.behaviour;

import org.jspecify.annotations.NullMarked;
