/**
 * The benchmark: {@link io.holdpoint.bench.Benchmark} runs real services and a load generator in
 * processes of their own on one database, next to the raw line, that is, the same statement sent
 * alone over plain connections. Every figure is a ratio of passes that took turns in one run, and
 * everything that was acknowledged is looked up in the database afterwards.
 */
@NullMarked
package io.holdpoint.bench;

import org.jspecify.annotations.NullMarked;
