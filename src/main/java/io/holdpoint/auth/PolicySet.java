package io.holdpoint.auth;

import java.util.List;

/**
 * The policies that a key has, ready to decide. Deciding allocates nothing, remembers nothing and
 * takes time that grows with the size of the documents, whatever they say.
 */
public final class PolicySet {
  /** So many as RAM attaches to one user. */
  public static final int MOST_POLICIES = 20;

  private final Rule[] denies;
  private final Rule[] allows;

  /** A policy by the name under which decisions report it. */
  public record Attached(String name, Policy policy) {}

  private record Rule(Statement statement, AccessDecision decision) {}

  /**
   * @param attached none at all denies everything
   * @throws IllegalArgumentException when there are more than {@link #MOST_POLICIES}
   */
  public PolicySet(List<Attached> attached) {
    if (attached.size() > MOST_POLICIES) {
      throw new IllegalArgumentException(
          attached.size() + " policies are attached; allowed: " + MOST_POLICIES);
    }
    denies = rules(attached, false, AccessDecision.Kind.EXPLICIT_DENY);
    allows = rules(attached, true, AccessDecision.Kind.ALLOWED);
  }

  private static Rule[] rules(List<Attached> attached, boolean allow, AccessDecision.Kind kind) {
    return attached.stream()
        .flatMap(
            each -> {
              AccessDecision decision = new AccessDecision(kind, each.name());
              return each.policy().statements().stream()
                  .filter(statement -> statement.allow() == allow)
                  .map(statement -> new Rule(statement, decision));
            })
        .toArray(Rule[]::new);
  }

  public AccessDecision decide(AccessRequest request) {
    for (Rule deny : denies) {
      if (deny.statement().matches(request)) {
        return deny.decision();
      }
    }
    for (Rule allow : allows) {
      if (allow.statement().matches(request)) {
        return allow.decision();
      }
    }
    return AccessDecision.IMPLICIT_DENY;
  }
}
