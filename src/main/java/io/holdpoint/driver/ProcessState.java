package io.holdpoint.driver;

import org.jspecify.annotations.Nullable;

/**
 * A node's process as its host sees it.
 *
 * @param up a process is there
 * @param pid its number; null when there is none or the driver cannot know it
 * @param detail one line for the operator, such as the exit code of a process that is gone
 */
public record ProcessState(boolean up, @Nullable Long pid, String detail) {}
