package io.holdpoint.secret;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is needed to get into a node, by the names in {@link #NAMES}. Nodes hold only its name. */
public final class Credential {
  /** Members: how to log in to the node's API, and to its host. */
  public static final Set<String> NAMES =
      Set.of(
          "apiUser",
          "apiPassword",
          "sshUser",
          "sshPassword",
          "sshPrivateKey",
          "sshPrivateKeyPassphrase");

  public static final Credential NONE = new Credential(Map.of());

  private final Map<String, String> members;

  /**
   * @throws IllegalArgumentException naming a member that a credential does not have
   */
  public Credential(Map<String, String> members) {
    this.members = new TreeMap<>(members);
    for (String name : this.members.keySet()) {
      if (!NAMES.contains(name)) {
        throw new IllegalArgumentException(name);
      }
    }
  }

  public @Nullable String member(String name) {
    return members.get(name);
  }

  public Map<String, String> members() {
    return Map.copyOf(members);
  }

  /** The names of the members, never their values. */
  @Override
  public String toString() {
    return "Credential" + members.keySet();
  }
}
