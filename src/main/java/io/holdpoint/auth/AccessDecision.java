package io.holdpoint.auth;

import org.jspecify.annotations.Nullable;

/**
 * What the policies say to a request.
 *
 * @param policy the name of the policy that decided; null for an implicit deny, which is the
 *     absence of one
 */
public record AccessDecision(Kind kind, @Nullable String policy) {
  static final AccessDecision IMPLICIT_DENY = new AccessDecision(Kind.IMPLICIT_DENY, null);

  /** Allowed by an Allow; denied by a Deny; denied because nothing allows it. */
  public enum Kind {
    ALLOWED,
    EXPLICIT_DENY,
    IMPLICIT_DENY
  }

  public boolean allowed() {
    return kind == Kind.ALLOWED;
  }
}
