package io.holdpoint.auth;

import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key that calls are signed with, its secret open. Two are equal when a call would be judged
 * alike with both.
 *
 * @param user whose key it is; names the principal
 * @param active false while it is disabled: then no call of it is let in
 * @param secret not to be changed; not copied, because every call reads it
 * @param roles the names of ready-made policies
 * @param policy a policy document of its own, beside the roles
 */
public record AccessKey(
    String accountId,
    String keyId,
    String user,
    boolean active,
    byte[] secret,
    List<String> roles,
    @Nullable String policy) {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  public AccessKey {
    roles = List.copyOf(roles);
  }

  /** Whether a key can have this id at all. */
  public static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AccessKey that
        && accountId.equals(that.accountId)
        && keyId.equals(that.keyId)
        && user.equals(that.user)
        && active == that.active
        && MessageDigest.isEqual(secret, that.secret)
        && roles.equals(that.roles)
        && Objects.equals(policy, that.policy);
  }

  @Override
  public int hashCode() {
    return keyId.hashCode();
  }

  /** Without the secret, and without the policy, which may be long. */
  @Override
  public String toString() {
    return "AccessKey["
        + keyId
        + " of "
        + accountId
        + "/"
        + user
        + (active ? ", active, " : ", disabled, ")
        + roles
        + "]";
  }
}
