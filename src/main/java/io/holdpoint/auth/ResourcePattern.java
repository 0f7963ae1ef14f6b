package io.holdpoint.auth;

import static io.holdpoint.auth.PolicyException.quoted;

import java.util.regex.Pattern;

/**
 * The resources that a statement is about: {@code *}, or {@code
 * acs:<service>:<region>:<account>:<relative>} with wildcards in any of the four. A wildcard does
 * not reach over the colons that part them. Case matters.
 */
final class ResourcePattern {
  private static final ResourcePattern ALL =
      new ResourcePattern(Glob.of("*"), Glob.of("*"), Glob.of("*"), Glob.of("*"));
  private static final int PARTS = 5;
  private static final String ALLOWED = "* or acs:<service>:<region>:<account>:<relative>";

  /**
   * No variables: {@code ${...}} would be taken literally and a Deny with it would deny nothing.
   */
  private static final Pattern CHARACTERS = Pattern.compile("[!-~&&[^${}\"\\\\]]+");

  private final Glob service;
  private final Glob region;
  private final Glob account;
  private final Glob relative;

  private ResourcePattern(Glob service, Glob region, Glob account, Glob relative) {
    this.service = service;
    this.region = region;
    this.account = account;
    this.relative = relative;
  }

  /**
   * @throws IllegalArgumentException saying what is wrong and what is allowed
   */
  static ResourcePattern parse(String text) {
    if (text.equals("*")) {
      return ALL;
    }
    String[] parts = text.split(":", PARTS);
    if (parts.length < PARTS || !parts[0].equals("acs")) {
      throw new IllegalArgumentException(quoted(text) + " is no resource; allowed: " + ALLOWED);
    }
    for (String part : parts) {
      if (!CHARACTERS.matcher(part).matches()) {
        throw new IllegalArgumentException(
            quoted(text)
                + " has an empty part or a character that stands for nothing; allowed: "
                + ALLOWED
                + " of visible ASCII without $ { } \" and \\");
      }
    }
    return new ResourcePattern(
        Glob.of(parts[1]), Glob.of(parts[2]), Glob.of(parts[3]), Glob.of(parts[4]));
  }

  boolean matches(ResourceName name) {
    return relative.matches(name.relative())
        && service.matches(name.service())
        && account.matches(name.account())
        && region.matches(name.region());
  }
}
