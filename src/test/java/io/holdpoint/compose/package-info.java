/**
 * {@code docker-compose.yml}: held against the official schema and what we rely on, and run as far
 * as that goes without Docker. Tests only.
 */
@NullMarked
package io.holdpoint.compose;

import org.jspecify.annotations.NullMarked;
