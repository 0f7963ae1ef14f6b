package io.holdpoint.driver;

import io.holdpoint.task.Node;
import io.holdpoint.task.NodeLayout;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the driver {@code process} reads from a node, checked.
 *
 * @param environment setting {@code environment}: variables of the process and of its commands
 */
record ProcessSettings(NodeLayout layout, Map<String, String> environment) {
  private static final String VARIABLE = "[A-Za-z_][A-Za-z0-9_]{0,254}";

  ProcessSettings {
    environment = Map.copyOf(environment);
  }

  /**
   * @throws IllegalArgumentException whose message is the name of the setting that is missing or
   *     wrong
   */
  static ProcessSettings of(Node node) {
    Map<String, String> environment = new TreeMap<>();
    Object value = node.settings().getOrDefault("environment", Map.of());
    if (!(value instanceof Map<?, ?> variables)) {
      throw new IllegalArgumentException("environment");
    }
    variables.forEach(
        (name, text) -> {
          if (!(name instanceof String variable)
              || !variable.matches(VARIABLE)
              || !(text instanceof String content)
              || content.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("environment");
          }
          environment.put(variable, content);
        });
    return new ProcessSettings(NodeLayout.of(node), environment);
  }
}
