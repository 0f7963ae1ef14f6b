package io.holdpoint.task;

import java.time.Instant;
import java.util.List;

/**
 * A credential as it may be shown.
 *
 * @param members the names of its members, never their values
 */
public record StoredCredential(
    String name, List<String> members, Instant createdAt, Instant updatedAt) {

  public StoredCredential {
    members = List.copyOf(members);
  }
}
