package io.holdpoint.task;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A webhook as it may be shown: where it sends to and how far it is, never its secret.
 *
 * @param position every entry up to it was delivered, is a dead letter, or was not wanted
 * @param streamEnd how far it could be
 * @param attempts failed ones at the next wanted entry
 * @param nextAttemptAt null while it is paused or somebody is at it
 * @param lastError of the latest failed attempt, also when later ones succeeded
 * @param paused null while it sends
 */
public record Webhook(
    String name,
    String url,
    EventFilter filter,
    long position,
    long streamEnd,
    int attempts,
    @Nullable Instant nextAttemptAt,
    @Nullable String lastError,
    @Nullable Instant lastErrorAt,
    @Nullable Instant deliveredAt,
    int deadLetters,
    @Nullable WebhookPause paused,
    Instant createdAt,
    Instant updatedAt) {}
