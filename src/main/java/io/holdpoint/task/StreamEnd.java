package io.holdpoint.task;

/**
 * How far an account's stream reaches.
 *
 * @param position of the latest entry; 0 when there is none
 */
public record StreamEnd(String accountId, long position) {}
