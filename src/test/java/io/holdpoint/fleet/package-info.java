/** Changes on fleets of stand-in nodes: real processes, real files, real signals. */
@NullMarked
package io.holdpoint.fleet;

import org.jspecify.annotations.NullMarked;
