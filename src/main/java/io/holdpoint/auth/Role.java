package io.holdpoint.auth;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The ready-made policies. They allow and never deny, so that another policy can add to them or
 * take from them.
 */
public enum Role {
  /** Looks at instances, tasks and their history; not at credentials, keys or the audit. */
  READ_ONLY(
      """
      {
        "Version": "1",
        "Statement": [
          {
            "Effect": "Allow",
            "Action": [
              "elasticsearch:Describe*",
              "elasticsearch:List*",
              "elasticsearch:Get*",
              "holdpoint:Get*",
              "holdpoint:List*",
              "holdpoint:Follow*"
            ],
            "Resource": "acs:elasticsearch:*:*:logstashes/*"
          }
        ]
      }
      """),

  /** Looks, and may interrupt every task; cannot let any of them run again. */
  BRAKE_ONLY(
      """
      {
        "Version": "1",
        "Statement": [
          {
            "Effect": "Allow",
            "Action": [
              "elasticsearch:InterruptLogstashTask",
              "elasticsearch:Describe*",
              "elasticsearch:List*",
              "elasticsearch:Get*",
              "holdpoint:Get*",
              "holdpoint:List*",
              "holdpoint:Follow*"
            ],
            "Resource": "acs:elasticsearch:*:*:logstashes/*"
          }
        ]
      }
      """),

  /**
   * Does everything on instances but say where their nodes are: whoever names a node's host also
   * has the account's credentials sent there. Nothing on credentials, keys or the audit.
   */
  OPERATOR(
      """
      {
        "Version": "1",
        "Statement": [
          {
            "Effect": "Allow",
            "NotAction": "holdpoint:PutInstanceNodes",
            "Resource": "acs:elasticsearch:*:*:logstashes/*"
          }
        ]
      }
      """),

  /** Does everything in its account. */
  ADMINISTRATOR(
      """
      {
        "Version": "1",
        "Statement": [
          {
            "Effect": "Allow",
            "Action": "*",
            "Resource": "*"
          }
        ]
      }
      """);

  private final String document;

  Role(String document) {
    this.document = document;
  }

  private static final class Compiled {
    static final Map<Role, PolicySet.Attached> POLICIES = new EnumMap<>(Role.class);

    static {
      for (Role role : values()) {
        POLICIES.put(role, new PolicySet.Attached(role.text(), Policy.parse(role.document)));
      }
    }
  }

  /**
   * @throws IllegalArgumentException naming the roles there are
   */
  public static Role parse(String text) {
    for (Role role : values()) {
      if (role.text().equals(text)) {
        return role;
      }
    }
    throw new IllegalArgumentException(
        PolicyException.quoted(text)
            + " is no role; allowed: "
            + Stream.of(values()).map(Role::text).collect(Collectors.joining(", ")));
  }

  /** As {@code brake-only}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public String document() {
    return document;
  }

  /** Its policy, under the role's name. */
  public PolicySet.Attached attached() {
    return Compiled.POLICIES.get(this);
  }
}
