package io.holdpoint.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a denied caller is told beside the error: what was asked, by whom, and which kind of denial
 * it was. The members are those that RAM's replies have, but for the encoded diagnosis; they say
 * nothing of resources or of what the policies hold.
 *
 * @param action the action that was denied
 * @param account the account of the caller
 * @param principal the name by which the account knows the caller
 * @param kind one of the two kinds of denial
 */
public record AccessDeniedDetail(
    ActionName action, String account, String principal, AccessDecision.Kind kind) {
  private static final JsonMapper MAPPER = new JsonMapper();

  public AccessDeniedDetail {
    if (kind == AccessDecision.Kind.ALLOWED) {
      throw new IllegalArgumentException("nothing was denied");
    }
  }

  /** The members by their names on the wire, in the order of RAM's own replies. */
  public Map<String, String> members() {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("AuthAction", action.text());
    members.put("AuthPrincipalDisplayName", principal);
    members.put("AuthPrincipalOwnerId", account);
    members.put("AuthPrincipalType", "SubUser");
    members.put(
        "NoPermissionType",
        kind == AccessDecision.Kind.EXPLICIT_DENY ? "ExplicitDeny" : "ImplicitDeny");
    members.put("PolicyType", "AccountLevelIdentityBasedPolicy");
    return members;
  }

  public String json() {
    try {
      return MAPPER.writeValueAsString(members());
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("texts cannot be written as JSON", impossible);
    }
  }
}
