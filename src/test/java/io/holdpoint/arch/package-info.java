/**
 * Holds the code to the design's table of rooms and to the habits that reviews would otherwise have
 * to repeat. Every rule is proved able to fail: against {@code planted}, or against a text in the
 * test itself.
 */
@NullMarked
package io.holdpoint.arch;

import org.jspecify.annotations.NullMarked;
