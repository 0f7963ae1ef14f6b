package io.holdpoint.driver;

import org.jspecify.annotations.Nullable;

/**
 * What a node looked like.
 *
 * @param up a process is there
 * @param good it is up and does its work
 * @param ephemeralId identifies the process: another one proves a restart; null when there is none
 * @param detail one line for the operator
 */
public record Observation(boolean up, boolean good, @Nullable String ephemeralId, String detail) {}
