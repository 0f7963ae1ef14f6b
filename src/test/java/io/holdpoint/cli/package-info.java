/** The jar as its users meet it: what it prints, how it starts, refuses to start, and ends. */
@NullMarked
package io.holdpoint.cli;

import org.jspecify.annotations.NullMarked;
