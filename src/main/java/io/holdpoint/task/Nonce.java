package io.holdpoint.task;

import java.util.UUID;

/**
 * What a signed request is remembered by, for as long as its command: the very same request again
 * gets the answer of the first, and the same nonce with anything changed is refused. Both are
 * digests of 128 bits, for which {@link UUID} is the narrow type in Java and in the database.
 *
 * @param id of key id and nonce
 * @param requestDigest of everything that was signed, and of the intent
 */
public record Nonce(UUID id, UUID requestDigest) {}
