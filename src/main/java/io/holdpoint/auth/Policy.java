package io.holdpoint.auth;

import java.util.List;

/**
 * A policy document in the RAM form, compiled once and then only read. What it takes is what RAM's
 * pages "Permission policy elements", "Policy structure and syntax" and "Conditional operators"
 * describe, as far as this service has the keys: {@code acs:SourceIp}, {@code acs:SecureTransport}
 * and {@code acs:CurrentTime}. The elements of other clouds ({@code Sid}, {@code NotResource},
 * {@code Principal}, variables) are refused, and so are more than 64 characters between two
 * asterisks.
 */
public final class Policy {
  /** Characters, as RAM has it. */
  public static final int LONGEST_DOCUMENT = 6_144;

  private final List<Statement> statements;

  private Policy(List<Statement> statements) {
    this.statements = statements;
  }

  /**
   * @throws PolicyException when any part of it is not understood
   */
  public static Policy parse(String json) {
    return new Policy(PolicyReader.read(json));
  }

  List<Statement> statements() {
    return statements;
  }
}
