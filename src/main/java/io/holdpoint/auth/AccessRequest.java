package io.holdpoint.auth;

import java.time.Instant;

/**
 * What policies look at when somebody asks for something.
 *
 * @param source the address that the connection came from
 * @param secure whether it came over TLS
 * @param now when it arrived
 */
public record AccessRequest(
    ActionName action, ResourceName resource, IpAddress source, boolean secure, Instant now) {}
