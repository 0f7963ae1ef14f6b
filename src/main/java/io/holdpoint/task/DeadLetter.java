package io.holdpoint.task;

import java.time.Instant;

/**
 * An entry of the stream that a webhook gave up.
 *
 * @param attempts failed ones, of all deliveries
 * @param error of the latest
 * @param redelivering it is asked to be sent once more
 */
public record DeadLetter(
    StreamEntry entry, int attempts, String error, Instant diedAt, boolean redelivering) {}
