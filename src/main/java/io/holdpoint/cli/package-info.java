/**
 * The command line: serve, demo, migrate, config, keys, call, bench. The only room that writes to
 * standard output, and the only one that turns a failed start into a line and an exit code.
 */
@NullMarked
package io.holdpoint.cli;

import org.jspecify.annotations.NullMarked;
