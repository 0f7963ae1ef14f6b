package io.holdpoint.auth;

/**
 * What a request touches: {@code acs:<service>:<region>:<account>:<relative>}. It is kept in its
 * parts, which patterns meet one by one: nothing in one part can pass for a piece of another.
 */
public record ResourceName(String service, String region, String account, String relative) {
  public String text() {
    return "acs:" + service + ':' + region + ':' + account + ':' + relative;
  }
}
