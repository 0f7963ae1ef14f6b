package io.holdpoint.auth;

import java.util.List;

/**
 * One statement of a policy, compiled. It is about a request when action, resource and all
 * conditions are.
 *
 * @param notAction the actions are those that it is not about
 * @param actions patterns of folded action names
 */
record Statement(
    boolean allow,
    boolean notAction,
    List<Glob> actions,
    List<ResourcePattern> resources,
    List<Condition> conditions) {

  boolean matches(AccessRequest request) {
    return names(request.action()) != notAction
        && covers(request.resource())
        && conditionsHold(request);
  }

  private boolean names(ActionName action) {
    for (int i = 0; i < actions.size(); i++) {
      if (actions.get(i).matches(action.folded())) {
        return true;
      }
    }
    return false;
  }

  private boolean covers(ResourceName resource) {
    for (int i = 0; i < resources.size(); i++) {
      if (resources.get(i).matches(resource)) {
        return true;
      }
    }
    return false;
  }

  private boolean conditionsHold(AccessRequest request) {
    for (int i = 0; i < conditions.size(); i++) {
      if (!conditions.get(i).holds(request)) {
        return false;
      }
    }
    return true;
  }
}
