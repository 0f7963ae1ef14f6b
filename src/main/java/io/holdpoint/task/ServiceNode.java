package io.holdpoint.task;

import java.time.Instant;
import java.util.UUID;

/**
 * One process of this service, as it shows itself to the others.
 *
 * @param nodeId made at its start; leases and the events of steps name it
 * @param name host and port of its API, for people
 * @param worker whether it takes steps at all
 * @param draining it takes no further step and is not ready for requests
 * @param seenAt when it last showed itself, by the database's clock
 * @param alive false once it was silent for as long as a lease
 * @param leases steps that it holds now
 */
public record ServiceNode(
    UUID nodeId,
    String name,
    String version,
    boolean worker,
    boolean draining,
    Instant startedAt,
    Instant seenAt,
    boolean alive,
    int leases) {}
