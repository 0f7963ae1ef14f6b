/**
 * The command line: serve, demo, migrate, config, keys, call, bench. The only room that speaks to
 * whoever started the process, through {@link io.holdpoint.cli.HoldpointCommand}'s streams, and the
 * only one that turns a failed start into a line and an exit code.
 */
@NullMarked
package io.holdpoint.cli;

import org.jspecify.annotations.NullMarked;
