package io.holdpoint.driver;

/**
 * What a node's API answered.
 *
 * @param body cut off after {@link NodeDriver#MAX_BYTES}
 */
public record ApiReply(int status, String body) {}
