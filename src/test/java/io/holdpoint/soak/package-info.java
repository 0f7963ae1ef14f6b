/**
 * The long tests, run by {@code mvn -Psoak verify} only. {@code -Dholdpoint.soak.factor} makes them
 * longer or shorter, {@code -Dholdpoint.soak.seed} repeats one.
 */
@NullMarked
package io.holdpoint.soak;

import org.jspecify.annotations.NullMarked;
