package io.holdpoint.task;

/**
 * An event at its place in the stream over all tasks of its account.
 *
 * @param position gapless from 1 in each account; within a task it follows the sequence
 */
public record StreamEntry(long position, TaskEvent event) {}
