package io.holdpoint.api;

import io.holdpoint.auth.Permission;
import io.holdpoint.auth.ResourceName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operation of the contract, as the access gate sees it.
 *
 * @param template the path's segments; a parameter stands in braces
 * @param permission what a caller needs; null when everybody may call it
 * @param changing whether it can change anything
 */
record ApiOperation(
    String id,
    String method,
    List<String> template,
    @Nullable Permission permission,
    boolean changing) {

  boolean matches(String otherMethod, List<String> segments) {
    if (!method.equals(otherMethod) || template.size() != segments.size()) {
      return false;
    }
    for (int i = 0; i < template.size(); i++) {
      if (!isParameter(template.get(i)) && !template.get(i).equals(segments.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** What the request would touch; null when the operation needs no permission. */
  @Nullable ResourceName resource(String region, String accountId, List<String> segments) {
    return permission == null
        ? null
        : permission.resource(region, accountId, value(permission.parameter(), segments));
  }

  /** The instance that the path names; null when it names none. */
  @Nullable String instanceId(List<String> segments) {
    String value = value("InstanceId", segments);
    return value.isEmpty() ? null : value;
  }

  private String value(@Nullable String parameter, List<String> segments) {
    int at = parameter == null ? -1 : template.indexOf('{' + parameter + '}');
    return at < 0 ? "" : segments.get(at);
  }

  private static boolean isParameter(String segment) {
    return segment.startsWith("{");
  }
}
