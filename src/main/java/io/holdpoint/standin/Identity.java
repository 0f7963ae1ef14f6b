package io.holdpoint.standin;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What every answer of the API begins with.
 *
 * @param id of the node, from its data
 * @param ephemeralId of this process
 * @param version in memory: the files under the process may have changed since
 */
record Identity(String id, String ephemeralId, String name, String host, Version version) {

  /** Unique among stand-ins is enough; a secure source would be slow to open. */
  static String randomId() {
    long high = ThreadLocalRandom.current().nextLong() ^ (ProcessHandle.current().pid() << 32);
    long low = ThreadLocalRandom.current().nextLong();
    return new UUID((high & ~0xF000L) | 0x4000L, (low >>> 2) | Long.MIN_VALUE).toString();
  }
}
