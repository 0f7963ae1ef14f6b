package io.holdpoint.standin;

/**
 * What every answer of the API begins with.
 *
 * @param id of the node, from its data
 * @param ephemeralId of this process
 * @param version in memory: the files under the process may have changed since
 */
record Identity(String id, String ephemeralId, String name, String host, Version version) {}
