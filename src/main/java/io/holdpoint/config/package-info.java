/**
 * Turns the configuration file and the environment into records that cannot be built wrong, so that
 * no other room ever parses a setting or doubts one.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>{@code conf/holdpoint.yaml} lists every key once; a key exists there exactly if a record
 *       component of the same name exists here.
 *   <li>Precedence is environment, then file, then default; an empty variable counts as not set.
 *   <li>Whatever is unknown, of the wrong type, out of range or in conflict with another key is
 *       refused at start by one {@link io.holdpoint.config.ConfigException} of one line.
 *   <li>Passwords appear in no message and in no {@code toString}.
 * </ul>
 */
@NullMarked
package io.holdpoint.config;

import org.jspecify.annotations.NullMarked;
