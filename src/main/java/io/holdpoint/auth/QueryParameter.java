package io.holdpoint.auth;

/**
 * One piece of a query, decoded.
 *
 * @param equalsSign whether the piece had one: {@code a} and {@code a=} mean the same but are
 *     signed differently
 */
public record QueryParameter(String name, String value, boolean equalsSign) {}
